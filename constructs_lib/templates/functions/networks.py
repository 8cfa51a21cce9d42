"""Fn::Cidr: a block of addresses in equal parts.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
"""

import ipaddress
import re
from itertools import islice
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Unknown, derived

_MOST: Final = 256
_DEFAULT_BITS: Final = 8
_NUMBER: Final = re.compile(r"\d{1,3}", re.ASCII)
_WRONG: Final = (
    "Template error: every Fn::Cidr object requires two or three parameters, (1) a CIDR block, (2) the number of CIDRs "
    f"to generate, between 1 and {_MOST}, and (3) the number of subnet bits for the CIDR"
)


def cidr(argument: Any) -> list[str] | Unknown:
    """The first blocks of a size within another block.

    Args:
        argument: the block, how many are made of it (1 to 256), and how many bits are for the addresses of each.

    Raises:
        TemplateError: it is something else, or they do not fit.
    """
    if not isinstance(argument, list) or len(argument) not in (2, 3):
        raise TemplateError(_WRONG)
    if any(isinstance(value, Unknown) for value in argument):
        return derived("Fn::Cidr", *argument)
    if not all(map(is_scalar, argument)) or not all(_NUMBER.fullmatch(text_of(value)) for value in argument[1:]):
        raise TemplateError(_WRONG)
    count, bits = int(text_of(argument[1])), int(text_of(argument[2])) if argument[2:] else _DEFAULT_BITS
    try:
        block = ipaddress.ip_network(text_of(argument[0]), strict=False)
    except ValueError:
        raise TemplateError(f"Template error: Fn::Cidr: {text_of(argument[0])} is not a valid CIDR block") from None
    if not 1 <= count <= _MOST:
        raise TemplateError(_WRONG)
    prefix = block.max_prefixlen - bits
    if not block.prefixlen <= prefix or count > 1 << (prefix - block.prefixlen):
        raise TemplateError(
            f"Template error: Fn::Cidr: {block} has no room for {count} blocks with {bits} bits for addresses",
        )
    return [str(part) for part in islice(block.subnets(new_prefix=prefix), count)]
