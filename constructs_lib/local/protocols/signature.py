"""By whom and for which service a request is signed, as the request says."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

_CREDENTIAL = re.compile(r"(?P<key>[^/\s=]{1,128})/\d{8}/(?P<region>[^/]{0,64})/(?P<service>[^/]{1,64})/aws4_request")


@dataclass(frozen=True)
class Signature:
    """By whom, for which service and for which region a request is signed."""

    access_key: str
    service: str
    region: str = ""


def signature(environ: WSGIEnvironment) -> Signature | None:
    """Read the signature; None for a request that is not signed."""
    told = environ.get("HTTP_AUTHORIZATION") or _in_query(environ.get("QUERY_STRING", ""))
    found = _CREDENTIAL.search(told)
    return Signature(found["key"], found["service"].lower(), found["region"]) if found else None


def _in_query(query: str) -> str:
    return parse_qs(query).get("X-Amz-Credential", [""])[0] if query else ""
