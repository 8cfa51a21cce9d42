"""What aws-cdk-lib hands out in place of values that are known when the app is deployed: tokens.

Seen from Python alone: every question to aws-cdk-lib crosses to another process and back.
Source: https://docs.aws.amazon.com/cdk/v2/guide/tokens.html
"""

import math
import struct
import sys
from typing import Final

from aws_cdk import Token

_MARK: Final = b"\xfb\xff"
"""The sign, the exponent and the first bits of the fraction of a number that is a token."""
_ABSURD: Final = 1e250
"""What nobody means. Tokens are above it, and so is what is calculated from them; its inverse is below 1 / it."""
_ENTRY: Final = "#{Token["
"""In the one entry of a list that is a token."""
_LARGEST: Final = sys.float_info.max


def is_number_token(value: float) -> bool:
    """Whether a number stands for one that is known when the app is deployed; ``int`` of it still does."""
    return -_LARGEST <= value < -_ABSURD and struct.pack(">d", value)[: len(_MARK)] == _MARK


def is_ruined_token(value: float) -> bool:
    """Whether somebody calculated with a token, so that nothing is left of it: twice it is no token any more."""
    size = abs(value)
    absurd = size > _ABSURD or 0 < size < 1 / _ABSURD
    return absurd and size != math.inf and not is_number_token(value)


def resolved(value: object) -> bool:
    """Whether a value is given and known while the app is being built.

    aws-cdk-lib is asked only about what can be a token at all: a text is one if it has ``${`` in it.
    """
    if value is None:
        return False
    if isinstance(value, int | float):
        return not is_number_token(value)
    if isinstance(value, str) and _ENTRY in value:
        return False
    known = isinstance(value, str) and "${" not in value
    return known or not Token.is_unresolved(value)
