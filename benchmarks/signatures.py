"""What it costs to check signatures: requests over HTTP, against the same ones that nobody checks."""

import http.client
import tempfile
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.measure import Row, paired
from constructs_lib.local.account import REGION
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.iam.callers import Caller, tell
from constructs_lib.local.signatures.middleware import SignatureMiddleware

CALLS, OBJECTS = 300, 40
MEBIBYTE = bytes(1 << 20)


def rows(runs: int = 5) -> list[Row]:
    """Calls of AWS Batch by a key of the account, and objects of a mebibyte, whose hash is checked, too."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        aws.client("s3").create_bucket(Bucket="bucket")
        call = AWSRequest("POST", f"{aws.endpoint_url}/v1/describejobqueues", data=b"{}")
        put = AWSRequest("PUT", f"{aws.endpoint_url}/bucket/key", data=MEBIBYTE)
        keys = Credentials(aws.keys.access_key, aws.keys.secret_key)
        SigV4Auth(keys, "batch", REGION).add_auth(call)
        S3SigV4Auth(keys, "s3", REGION).add_auth(put)
        measured = {
            f"{CALLS} calls with checked signatures": (call, CALLS, 1.4),  # 0.07 ms of a call of 0.2 ms
            f"{OBJECTS} objects of 1 MiB with checked hashes": (put, OBJECTS, 1.5),
        }
        found = []
        for name, (request, times, goal) in measured.items():
            send = partial(_send, aws, request, times)
            ours, baseline = paired(send, partial(_unchecked, aws, send), runs)
            found.append(Row(name, ours, "unchecked", baseline, goal))
        return found


def _send(aws: EmbeddedAws, request: AWSRequest, times: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port)
    headers = dict(request.headers.items())
    started = time.perf_counter()
    for _ in range(times):
        connection.request(request.method, urlsplit(request.url).path, request.data, headers)
        with connection.getresponse() as answer:
            answer.read()
            assert answer.status == http.HTTPStatus.OK
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _unchecked(aws: EmbeddedAws, send: partial[float]) -> float:
    def trust(door: Any, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = aws.iam.credential(aws.keys.access_key, REGION)
        tell(environ, Caller(found and found.principal))
        answer: Iterable[bytes] = vars(door)["_others"](environ, start_response)
        return answer

    with patch.object(SignatureMiddleware, "__call__", trust):
        return send()
