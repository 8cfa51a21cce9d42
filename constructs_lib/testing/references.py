"""References in their short forms, which CloudFormation knows for YAML: one line in place of five of JSON.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Mapping
from typing import Any, Final

_SHORT: Final = {"Ref": "!Ref", "Fn::GetAtt": "!GetAtt", "Fn::Sub": "!Sub", "Fn::ImportValue": "!ImportValue"}


def short_form(value: Any) -> tuple[Any, str]:
    """What a value is without its function, and the function as a tag; the value itself and no tag if it is none.

    A join without a delimiter is told as the substitution that it is: ``!Sub arn:${AWS::Partition}:…``.
    """
    if not isinstance(value, Mapping) or len(value) != 1:
        return value, ""
    ((name, argument),) = value.items()
    if name == "Fn::GetAtt" and isinstance(argument, list):
        argument = ".".join(argument) if all(isinstance(part, str) for part in argument) else argument
    if name == "Fn::Join":
        text = _substitution(argument)
        return (value, "") if text is None else (text, " !Sub")
    if name in _SHORT and isinstance(argument, str):
        return argument, f" {_SHORT[name]}"
    return value, ""


def _substitution(argument: Any) -> str | None:
    match argument:
        case ["", [*pieces]]:
            texts = [_piece(piece) for piece in pieces]
            return None if None in texts else "".join(filter(None, texts))
    return None


def _piece(piece: Any) -> str | None:
    """A piece of a join in a substitution, where a literal ``${`` is written ``${!``."""
    if isinstance(piece, str):
        return re.sub(r"\$\{(?=[^}]*\})", "${!", piece)
    value, tag = short_form(piece)
    if tag in (" !Ref", " !GetAtt"):
        return f"${{{value}}}"
    return value if tag == " !Sub" else None
