"""Functions that make texts: Join, Split, Base64 and ToJsonString."""

import base64
import json
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Unknown, derived, is_known, joined

_WRONG_JOIN: Final = (
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings "
    "to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
)
_WRONG_SPLIT: Final = (
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be "
    "split or a function that returns a string to be split."
)
_WRONG_BASE64: Final = "Template error: every Fn::Base64 object must have a String-typed value."


def join(argument: Any) -> str | Unknown:
    """Texts with a delimiter between them.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-join.html
    """
    match argument:
        case [str(delimiter), Unknown() as items]:
            return derived("Fn::Join", json.dumps(delimiter), items)
        case [str(delimiter), [*items]] if all(is_scalar(item) or isinstance(item, Unknown) for item in items):
            pieces: list[str | Unknown] = []
            for item in items:
                pieces += [delimiter, item if isinstance(item, Unknown) else text_of(item)]
            return joined(pieces[1:])
        case [str(), str(text)]:  # a list of one, as parameters of SSM may be
            return text
        case _:
            raise TemplateError(_WRONG_JOIN)


def split(argument: Any) -> list[str] | Unknown:
    """The pieces of a text between a delimiter.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-split.html
    """
    match argument:
        case [str(delimiter), Unknown() as text] if delimiter:
            whole = derived("Fn::Split", json.dumps(delimiter), text)
            return Unknown(whole.parts, first=tuple(text.prefix.split(delimiter)[:-1]))
        case [str(delimiter), text] if delimiter and is_scalar(text):
            return text_of(text).split(delimiter)
        case _:
            raise TemplateError(_WRONG_SPLIT)


def base64_of(argument: Any) -> str | Unknown:
    """A text in Base64.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-base64.html
    """
    if isinstance(argument, Unknown):
        return derived("Fn::Base64", argument)
    if not is_scalar(argument):
        raise TemplateError(_WRONG_BASE64)
    return base64.b64encode(text_of(argument).encode(errors="replace")).decode()


def json_of(argument: Any) -> str | Unknown:
    """An object or a list as JSON.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ToJsonString.html
    """
    if isinstance(argument, Unknown):
        return derived("Fn::ToJsonString", argument)
    if not isinstance(argument, list | dict):
        raise TemplateError("Template error: Fn::ToJsonString requires an object or an array as its argument")
    return text_of(argument) if is_known(argument) else joined(_json(argument))


def _json(value: Any) -> list[str | Unknown]:
    """The JSON of a value in which something is not known; that is taken for a text that needs no escape."""
    if isinstance(value, Unknown):
        return ['"', value, '"']
    pieces: list[str | Unknown] = []
    if isinstance(value, dict):
        for key, member in value.items():
            pieces += [",", f"{json.dumps(key, ensure_ascii=False)}:", *_json(member)]
        return ["{", *pieces[1:], "}"]
    if isinstance(value, list):
        for item in value:
            pieces += [",", *_json(item)]
        return ["[", *pieces[1:], "]"]
    return [json.dumps(value, ensure_ascii=False)]
