"""What is signed of a body: its hash, the hashes of its chunks one after the other, or nothing of it.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

import hmac
import io
import re
from hashlib import sha256
from typing import NoReturn

from botocore.auth import EMPTY_SHA256_HASH, UNSIGNED_PAYLOAD
from botocore.awsrequest import AWSRequest

from constructs_lib.local.signatures.presented import Presented
from constructs_lib.local.signatures.problems import Problem, RefusedError
from constructs_lib.local.signatures.received import Received
from constructs_lib.local.signatures.signer import Signer

_HEADER, _PARAMETER = "x-amz-content-sha256", "X-Amz-Content-Sha256"
_SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_SIGNED_CHUNKS_AND_TRAILER = f"{_SIGNED_CHUNKS}-TRAILER"
_NOT_SIGNED = {UNSIGNED_PAYLOAD, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}
_OF_S3 = {*_NOT_SIGNED, _SIGNED_CHUNKS, _SIGNED_CHUNKS_AND_TRAILER}
_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNK = re.compile(rb"(?P<size>[0-9a-fA-F]{1,8});chunk-signature=(?P<signature>[0-9a-f]{64})\r\n")
_TRAILER_SIGNATURE = b"x-amz-trailer-signature:"


def signed(received: Received, presented: Presented) -> str:
    """What a client has signed of the body, as far as it says; `check` tells whether the body is like that.

    Raises:
        RefusedError: nothing that a body could have.
    """
    given = received.header(_HEADER)
    if presented.in_query:
        given = given or received.parameter(_PARAMETER)
    if presented.service != "s3":
        return received.hash_of_body
    if given is None:
        if presented.in_query:
            return str(UNSIGNED_PAYLOAD)
        raise RefusedError(Problem.NO_HASH)
    if given not in _OF_S3 and not _HASH.fullmatch(given):
        raise RefusedError(Problem.INVALID, f"{_HEADER} must be {', '.join(sorted(_OF_S3))}, or a valid sha256 value.")
    return given


def check(received: Received, presented: Presented, payload: str, signer: Signer) -> None:
    """Check a body against what was signed of it.

    Raises:
        RefusedError: it is another one.
    """
    if payload in _NOT_SIGNED and presented.service == "s3":
        return
    if payload in (_SIGNED_CHUNKS, _SIGNED_CHUNKS_AND_TRAILER):
        _check_chunks(received, presented, signer, has_trailer=payload == _SIGNED_CHUNKS_AND_TRAILER)
        return
    computed, given = received.hash_of_body, received.header(_HEADER) or payload
    if given != computed or payload != computed:
        raise RefusedError(
            Problem.WRONG_BODY if presented.service == "s3" else Problem.WRONG_SIGNATURE,
            details={"ClientComputedContentSHA256": given, "S3ComputedContentSHA256": computed},
        )


def _check_chunks(received: Received, presented: Presented, signer: Signer, *, has_trailer: bool) -> None:
    body, length, previous = io.BytesIO(received.body), 0, presented.signature
    chunk = b"first"
    while chunk:
        head = _CHUNK.fullmatch(body.readline())
        if head is None:
            _refuse_body()
        chunk = body.read(int(head["size"], 16))
        text = f"{EMPTY_SHA256_HASH}\n{sha256(chunk).hexdigest()}"
        previous = _next(signer, presented, "PAYLOAD", previous, text, head["signature"].decode())
        length += len(chunk)
        if len(chunk) < int(head["size"], 16) or (chunk and body.read(2) != b"\r\n"):
            _refuse_body()
    if str(length) != received.header("x-amz-decoded-content-length"):
        _refuse_body()
    if has_trailer:
        _check_trailer(body.read(), presented, signer, previous)


def _check_trailer(rest: bytes, presented: Presented, signer: Signer, previous: str) -> None:
    lines = [line for line in re.split(rb"\r?\n", rest) if line]
    given = [line.removeprefix(_TRAILER_SIGNATURE) for line in lines if line.startswith(_TRAILER_SIGNATURE)]
    members = b"".join(line + b"\n" for line in lines if not line.startswith(_TRAILER_SIGNATURE))
    if len(given) != 1:
        _refuse_body()
    _next(signer, presented, "TRAILER", previous, sha256(members).hexdigest(), given[0].decode("latin-1").strip())


def _next(  # noqa: PLR0917 - what is signed, in its order
    signer: Signer, presented: Presented, kind: str, previous: str, text: str, given: str
) -> str:
    request = AWSRequest()
    request.context["timestamp"] = presented.timestamp
    head = f"AWS4-HMAC-SHA256-{kind}\n{presented.timestamp}\n{signer.credential_scope(request)}\n{previous}\n{text}"
    computed: str = signer.signature(head, request)
    if not hmac.compare_digest(computed.encode(), given.encode()):
        raise RefusedError(Problem.WRONG_SIGNATURE)
    return computed


def _refuse_body() -> NoReturn:
    raise RefusedError(
        Problem.INVALID,
        "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header, or the "
        "chunks of the body cannot be read",
    )
