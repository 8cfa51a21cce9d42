"""The request of a rerun in the input of a new execution: the items of a fan-out that run again.

A list of indexes is part of the input. For a distributed fan-out, each batch would repeat the list in its own input, so
a longer list is stored in S3, in parts of 10,000 items, and each batch reads only its own parts.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from constructs_lib.core.protocol import PART, Request, Summary
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.reruns.fan_outs import FanOut

SHORT: Final = 2_000
"""Maximum length, in characters, of a list in the input of each batch."""

_AT_A_TIME: Final = 16


class FailedItems:
    """Makes the requests for the failed items of fan-outs.

    Args:
        s3: a boto3 client.
        name: of the new execution; long lists are stored under it in S3.
        wrote: called with the number of objects written so far and their total; None for a dry run, which writes no
            objects.
    """

    def __init__(self, s3: Any, name: str, wrote: Callable[[int, int], None] | None) -> None:
        self._s3 = s3
        self._name = name
        self._wrote = wrote

    def indexes(self, fan_out: FanOut) -> list[int] | None:
        """The failed items of a fan-out; None if all items failed, or if the fan-out did not end."""
        summary = fan_out.summary
        if summary is None or summary[Summary.FAILED] == summary[Summary.TOTAL] > 0:
            return None
        return self._failed(fan_out.name, summary)

    def entry(self, fan_out: FanOut, indexes: list[int] | None) -> dict[str, Any]:
        """The request for some items of a fan-out, or for all items if ``indexes`` is None."""
        place = {Request.RESULTS_URI: fan_out.results_uri} if fan_out.results_uri else {}
        if indexes is None:
            return place
        if fan_out.is_distributed and len(json.dumps(indexes)) > SHORT:
            return {**place, Request.INDEXES_KEY: self._store(fan_out, indexes)}
        return {**place, Request.INDEXES: indexes}

    def _failed(self, name: str, summary: dict[str, Any]) -> list[int]:
        if uri := summary.get(Summary.FAILED_INDEXES_URI):
            bucket, _, key = uri.removeprefix("s3://").partition("/")
            found = json.loads(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        else:
            found = summary.get(Summary.FAILED_INDEXES, [])
        if len(found) != summary[Summary.FAILED]:
            raise OperationError(
                f"{name}: {summary[Summary.FAILED]:,} items failed, and the list has {len(found):,} indexes."
            )
        return sorted(found)

    def _store(self, fan_out: FanOut, indexes: list[int]) -> str:
        bucket, _, results = str(fan_out.results_uri).removeprefix("s3://").partition("/")
        prefix = f"{results.rpartition('/')[0]}/rerun/{self._name}"
        parts: list[list[int]] = [[] for _ in range((fan_out.summary or {})[Summary.TOTAL] // PART + 1)]
        for index in indexes:
            parts[index // PART].append(index)

        def put(number: int) -> None:
            content = json.dumps(parts[number], separators=(",", ":")).encode()
            self._s3.put_object(
                Bucket=bucket, Key=f"{prefix}/{number}.json", Body=content, ContentType="application/json"
            )

        if self._wrote:
            with ThreadPoolExecutor(_AT_A_TIME) as pool:
                for done, _ in enumerate(pool.map(put, range(len(parts))), start=1):
                    self._wrote(done, len(parts))
        return prefix
