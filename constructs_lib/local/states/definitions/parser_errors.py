"""What moto's parser says of a definition that no rule has refused, in words without Python, and where it is.

Such as an operator of a Choice that there is not, or a resource that there is not.
"""

import json
import re
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser, ASLParserException

from constructs_lib.local.states.definitions.problems import INVALID, Problem, not_recognized

_CODED = re.compile(r"[A-Z][A-Z_]+: .*", re.DOTALL)
_TOKEN = re.compile(r", at (.*?), (?:mismatched|extraneous|no viable|missing)", re.DOTALL)
_CLASS = re.compile(r"\s*<class '[^']*'>|\s*<[^<>]* object at 0x[0-9a-f]+>")
_UNKNOWN_RESOURCE = "The resource provided "


def parser_problem(definition: dict[str, Any], error: Exception) -> str:
    """Word an error of the parser as AWS words what it refuses.

    Args:
        definition: which was parsed.
        error: what the parser raised.
    """
    text = _plain(error)
    if _CODED.fullmatch(text) and " at /" in text:
        return text
    place = _place(definition, "", str(definition.get("QueryLanguage", "JSONPath")))
    if text.startswith(_UNKNOWN_RESOURCE):
        place = f"{place}/Resource"
    return f"{text} at {place}" if _CODED.fullmatch(text) else str(Problem(INVALID, text, place))


def _plain(error: Exception) -> str:
    if isinstance(error, ASLParserException):
        token = _TOKEN.search(error.errors[0]) if error.errors else None
        return f"Unexpected {token[1]}" if token else "A field or a value is not supported"
    text = _CLASS.sub("", str(error)).strip()
    if text.startswith(_UNKNOWN_RESOURCE):
        arn = text.removeprefix(_UNKNOWN_RESOURCE).split(" ", 1)[0].rstrip(".")
        return not_recognized(arn)
    return text or "A field or a value is not supported"


def _place(workflow: dict[str, Any], at: str, language: str) -> str:
    """Return the innermost state that alone is refused, too."""
    for name, state in workflow["States"].items():
        here = f"{at}/States/{name}"
        inner = [(f"{here}/Branches[{number}]", branch) for number, branch in enumerate(state.get("Branches", ()))]
        inner += [(f"{here}/{field}", state[field]) for field in ("ItemProcessor", "Iterator") if field in state]
        for place, nested in inner:
            if (found := _place(nested, place, str(state.get("QueryLanguage", language)))) != place:
                return found
        if not _parses({"QueryLanguage": language, "StartAt": name, "States": {name: state}}):
            return here
    return at


def _parses(definition: dict[str, Any]) -> bool:
    try:
        AmazonStateLanguageParser.parse(json.dumps(definition))
    except Exception:  # noqa: BLE001 it is the definition's, whatever it is
        return False
    return True
