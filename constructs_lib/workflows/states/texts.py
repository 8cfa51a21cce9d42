"""Checks of the texts and expressions that users pass to states.

The states of this library are in JSONata. A text between ``{%`` and ``%}`` is evaluated, and everything else arrives as
it stands: a path of JSONPath, which other states would evaluate, too.
Sources: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html and
https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import inside, is_jsonata

_PATH: Final = re.compile(r"(?P<root>\$\$?)(?P<rest>[.\[].*)?", re.DOTALL)
_FIRST: Final = re.compile(r"\$\$?(\.[A-Za-z_*]|\[)")
_INTRINSIC: Final = re.compile(r"States\.[A-Z]\w+\(")
_INNER: Final = re.compile(r"\{%\s*\$")
_PLAIN: Final = re.compile(r"\s*\$states(\.[A-Za-z_]\w*)+\s*", re.ASCII)
"""An expression that is but a path, as most are."""
_TOKEN: Final = "${Token["  # noqa: S105 - a token of aws-cdk-lib is no secret


def check_texts(place: ArgumentPath, value: Any) -> None:
    """Refuse invalid JSONata, and JSONPath, which would not be evaluated, in a text or all texts of a dict or list.

    Args:
        place: the argument; messages add keys and indexes.
        value: a text, a collection of values, or any other value, which is not checked.
    """
    if isinstance(value, str):
        check_text(place, value)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            check_texts(place.of(f"{place.parameter}[{key!r}]"), each)
    elif isinstance(value, Sequence):
        for index, each in enumerate(value):
            check_texts(place.at(index), each)


def check_text(where: ArgumentPath | str, text: str) -> None:
    """Refuse a single text, as `check_texts` does.

    Args:
        where: the argument.
        text: that a state evaluates or uses literally.
    """
    if _TOKEN in text:
        if sfn.JsonPath.is_encoded_json_path(text):
            raise Rule.EXPRESSION.error(
                where,
                got="a value of sfn.JsonPath",
                expected="this state uses JSONata, and does not evaluate JSONPath",
                fix="Write it as in '{% $states.input.x %}'.",
            )
        return
    if is_jsonata(text):
        fault = None if _PLAIN.fullmatch(inside(text)[1:-1]) else fault_of(inside(text)[1:-1])
        if fault:
            raise Rule.EXPRESSION.error(
                where, got=repr(text), expected=f"it is no JSONata: {fault}", fix="Try it on https://try.jsonata.org."
            )
    elif text.strip().startswith("{%") or text.strip().endswith("%}") or _INNER.search(text):
        raise Rule.EXPRESSION.error(
            where,
            got=repr(text),
            expected="an expression is the whole text, from {% to %}",
            fix="Put all of it between them, as in \"{% 's3://bucket/' & $states.input.key %}\".",
        )
    elif _FIRST.match(text) or _INTRINSIC.match(text):
        raise Rule.EXPRESSION.error(
            where,
            got=repr(text),
            expected="it looks like JSONPath, and would arrive as it stands",
            fix=f"Write {_as_jsonata(text)} for the value, or {_quoted(text)} if you mean this text.",
        )


def _as_jsonata(text: str) -> str:
    match = _PATH.fullmatch(text)
    if match is None:
        return "an expression such as '{% $states.input.x %}'"
    variable = "$states.context" if match["root"] == "$$" else "$states.input"
    return repr(f"{{% {variable}{match['rest'] or ''} %}}")


def _quoted(text: str) -> str:
    return f"\"{{% '{text}' %}}\"" if "'" not in text else "it as text within an expression"


@cache
def fault_of(expression: str) -> str | None:
    """The error of the parser for an expression; None if it is valid JSONata.

    Args:
        expression: without its delimiters.
    """
    from jsonata.parser import Parser  # noqa: PLC0415 - 30 ms, for those who write more than a path

    try:
        Parser().parse(expression)
    except Exception as error:  # noqa: BLE001 - the parser lets IndexError and the like out
        return str(error) or "it ends too early"
    return None
