"""Policy variables: ``${aws:PrincipalTag/team}`` stands for a value of the request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re

from constructs_lib.local.iam.evaluate.request import Request

_VARIABLE = re.compile(r"\$\{\s*(?P<key>[A-Za-z][\w:/=+.@-]*)\s*(?:,\s*'(?P<default>[^']*)'\s*)?\}")
_SPECIAL = re.compile(r"[*?$]")


def substituted(text: str, request: Request) -> str | None:
    """Put the values of a request in place of the variables.

    Returns:
        None when a variable has no value, or several, and no default: then nothing matches the text.
    """
    if "${" not in text:
        return text
    parts, end = [], 0
    for found in _VARIABLE.finditer(text):
        values = request.values(found["key"]) or ((found["default"],) if found["default"] is not None else ())
        if len(values) != 1:
            return None
        # A wildcard in a value is a character like any other.
        parts += [text[end : found.start()], _SPECIAL.sub(lambda special: f"${{{special[0]}}}", values[0])]
        end = found.end()
    return "".join([*parts, text[end:]])


def unescaped(text: str) -> str:
    """A substituted text for comparisons that know no wildcards."""
    return re.sub(r"\$\{([*?$])\}", r"\1", text)
