"""Where functions answer: an address that they put their answer to, in a bucket of CloudFormation's own account.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock

_ACCOUNT = "000000000000"
_BUCKET = "cloudformation-custom-resource-response"
_EVERY_SECONDS = 0.5


class Responses:
    """The answers of functions.

    Args:
        client: makes a client for an account and region, whose addresses programs can reach.
        clock: tells the time.
    """

    def __init__(self, client: Callable[[str, Location], Any], clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()

    def address(self, region: str, request_id: str) -> str:
        """Where a function puts the answer to a request."""
        s3 = self._s3(region)
        return str(s3.generate_presigned_url("put_object", Params={"Bucket": _bucket(region), "Key": request_id}))

    def wait(self, region: str, request_id: str, seconds: float) -> Mapping[str, Any] | None:
        """The answer to a request; None when there is none after so many seconds."""
        ends, never = self._clock.now() + seconds, self._clock.event()
        while (found := self._read(region, request_id)) is None and self._clock.now() < ends:
            self._clock.wait(never, _EVERY_SECONDS)
        return found

    def _read(self, region: str, request_id: str) -> Mapping[str, Any] | None:
        which = {"Bucket": _bucket(region), "Key": request_id}
        s3 = self._s3(region)
        with contextlib.suppress(ClientError):
            body = s3.get_object(**which)["Body"].read()
            s3.delete_object(**which)
            return _read_json(body)
        return None

    def _s3(self, region: str) -> Any:
        with self._lock:
            if region not in self._made:
                self._made[region] = s3 = self._client("s3", Location(_ACCOUNT, region))
                where = {} if region == "us-east-1" else {"LocationConstraint": region}
                s3.create_bucket(Bucket=_bucket(region), **({"CreateBucketConfiguration": where} if where else {}))
            return self._made[region]


def _bucket(region: str) -> str:
    return f"{_BUCKET}-{region.replace('-', '')}"


def _read_json(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"Status": "FAILED", "Reason": "Invalid JSON"}
