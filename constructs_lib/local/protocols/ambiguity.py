"""Requests that two readers would take for two: those of an operation that is named at several places.

Whoever judges a request and whoever answers it have to see the same one. AWS's clients never make such requests.
"""

from collections import Counter
from urllib.parse import parse_qsl
from wsgiref.types import WSGIEnvironment

_FORM, _JSON = "application/x-www-form-urlencoded", "application/x-amz-json-"
_OF_SIGNATURE = "X-Amz-"


def ambiguity(environ: WSGIEnvironment, body: bytes) -> str | None:
    """Why a request is ambiguous; None when it is not.

    Args:
        environ: the request, of a service other than S3.
        body: its body.
    """
    kind, target = environ.get("CONTENT_TYPE", ""), environ.get("HTTP_X_AMZ_TARGET")
    if target is not None and not kind.startswith(_JSON):
        return "X-Amz-Target names one operation, of a request in JSON"
    in_query = _names(environ.get("QUERY_STRING", ""))
    in_form = _names(body.decode(errors="replace")) if kind.startswith(_FORM) else Counter[str]()
    if "Action" not in in_query + in_form:
        return None
    if target is not None:
        return "Action and X-Amz-Target exclude each other"
    if in_query and in_form:
        return "parameters are in the query or in the form, not in both"
    twice = [name for name, count in (in_query + in_form).items() if count > 1]
    return f"{', '.join(sorted(twice))}: given several times" if twice else None


def _names(text: str) -> Counter[str]:
    pairs = parse_qsl(text, keep_blank_values=True)
    return Counter(name for name, _ in pairs if not name.startswith(_OF_SIGNATURE))
