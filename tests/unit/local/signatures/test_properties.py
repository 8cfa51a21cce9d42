"""Whatever botocore signs is accepted, and nothing that differs from it by a byte."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, unquote
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from constructs_lib.local.account import Keys
from constructs_lib.local.iam.callers import Caller, caller_of
from constructs_lib.local.iam.directory import Credential
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.signatures.middleware import SignatureMiddleware
from constructs_lib.local.signatures.received import header_key
from tests.unit.local.signatures.requests import Client, Sent, made_at

KEYS = Keys("AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
CLIENT = Client("http://localhost:4566", KEYS)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ME = Principal("arn:aws:iam::123456789012:user/me", "123456789012")

# What may be in names of objects, in values of parameters and of headers.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
SEGMENTS = TEXTS.filter(lambda text: text not in {"", ".", ".."})
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=6)


def encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def is_mine(sent: Sent, *without: str) -> bool:
    """Whether a request is taken for one of whoever has the key, as a server hands it on, or one that tells less."""
    callers: list[Caller | None] = []

    def others(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        callers.append(caller_of(environ))
        start_response("200 OK", [])
        return []

    def find(access_key: str, _: str) -> Credential | None:
        return Credential(access_key, KEYS.secret_key, ME) if access_key == KEYS.access_key else None

    path, _, query = sent.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": sent.method,
        "RAW_URI": sent.target,
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(sent.body)),
        "wsgi.input": io.BytesIO(sent.body),
        **{header_key(name.lower()): value for name, value in sent.headers.items()},
    }
    for name in without:
        del environ[name]
    list(SignatureMiddleware(find, others, now=lambda: NOW)(environ, lambda *_: lambda _: None))
    return callers == [Caller(ME)]


def meaning(sent: Sent) -> Any:
    """What a service makes of a request: nothing else may differ between two that one signature is good for."""
    path, _, query = sent.target.partition("?")
    # Version 2 signs none but those of AWS. Spaces count once.
    headers = {
        name.lower(): " ".join(value.split())
        for name, value in sent.headers.items()
        if not _is_old(sent) or name.lower().startswith("x-amz-") or (name in ("Authorization", "Date") and not query)
    }
    # A header that is also in the query of a URL is the one that counts.
    pairs = sorted(pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in headers)
    return sent.method, unquote(path), pairs, headers, hashlib.sha256(sent.body).hexdigest()


def _is_old(sent: Sent) -> bool:
    return "AWSAccessKeyId" in sent.target or sent.headers.get("Authorization", "").startswith("AWS ")


@st.composite
def requests(draw: st.DrawFn) -> Sent:
    """A signed request: of S3 or another service, by headers or as a URL, of version 4 or 2."""
    path = "/".join(["", "bucket", *map(encoded, draw(st.lists(SEGMENTS, max_size=3)))])
    query = "&".join(
        f"{name}={encoded(value)}" for name, value in draw(st.dictionaries(NAMES, TEXTS, max_size=3)).items()
    )
    target = f"{path}?{query}" if query else path
    headers = {f"x_amz_meta_{name}": value for name, value in draw(st.dictionaries(NAMES, VALUES, max_size=2)).items()}
    method, body = draw(st.sampled_from(["GET", "PUT", "POST"])), draw(st.binary(max_size=20))
    how = draw(
        st.sampled_from(["s3", "batch", "presigned", "presigned for batch", "version 2", "version 2 in a header"])
    )
    # Examples are to be the same each time they are made.
    with made_at(NOW), patch("botocore.auth.time.time", NOW.timestamp):
        if how in ("s3", "batch"):
            return CLIENT.signed(how, method, target, body, **headers)
        if how == "version 2 in a header":
            return CLIENT.signed_by_2(method, path, body, **headers)
        if how == "version 2":
            return CLIENT.presigned_by_2(method, path, **headers)
        service = "batch" if how.endswith("batch") else "s3"
        return CLIENT.presigned(method, target, service=service, **headers)


@given(requests())
def test_what_is_signed_is_accepted(sent: Sent) -> None:
    assert is_mine(sent)


@given(requests(), st.data())
def test_one_signature_is_good_for_one_request(sent: Sent, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(["target", "body", "method", *sent.headers]))
    text = {"target": sent.target, "body": sent.body.decode("latin-1"), "method": sent.method}.get(part)
    old = text if text is not None else sent.headers[part]
    assume(old)
    place = data.draw(st.integers(0, len(old) - 1))
    new = old[:place] + data.draw(st.sampled_from([chr(code) for code in range(33, 127)])) + old[place + 1 :]
    if part == "target":
        changed = sent.changed(target=new)
    elif part == "body":
        changed = sent.changed(body=new.encode("latin-1"))
    elif part == "method":
        changed = replace(sent, method=new)
    else:
        changed = replace(sent, headers={**sent.headers, part: new})
    # Neither URLs of S3 nor signatures of version 2 have a hash of the body.
    is_s3_url = "Authorization" not in sent.headers and "batch" not in sent.target
    is_unsigned_body = part == "body" and (is_s3_url or _is_old(sent))
    assume(meaning(changed) != meaning(sent) and not is_unsigned_body)
    assert not is_mine(changed), (sent, changed)


@pytest.mark.parametrize("key", ["plain", "a b+c/~d", "ü", "(x)*'!", "a%25b"])
@pytest.mark.parametrize("service", ["s3", "batch"])
def test_servers_that_do_not_tell_how_a_path_was_sent_are_no_harm(service: str, key: str) -> None:
    with made_at(NOW):
        sent = CLIENT.signed(service, "GET", f"/bucket/{quote(key, safe='/~%')}?prefix=a%20b")
    assert is_mine(sent, "RAW_URI")
    other = sent.changed(target=sent.target.replace("/bucket/", "/basket/"))
    assert not is_mine(other, "RAW_URI")
