"""What the workers of a fan-out wrote to S3, in the order of the items, many objects at a time.

Source: docs/container.md: the result of item 17 is the object ``17.json`` below the address of the fan-out's results.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from constructs_lib.ops.account import Account
from constructs_lib.ops.executions.stored_items import split_uri

_RESULT: Final = re.compile(r"(0|[1-9][0-9]{0,9})\.json")
_AT_ONCE: Final = 32
_AHEAD: Final = 4 * _AT_ONCE
"""So many results may wait in memory for those before them."""


@dataclass(frozen=True, slots=True)
class StoredResult:
    """What the worker of an item wrote.

    Attributes:
        index: of the item.
        content: of the object.
    """

    index: int
    content: bytes

    @property
    def value(self) -> Any:
        """The JSON value; of an object that is no JSON, its text."""
        try:
            return json.loads(self.content)
        except ValueError:
            return self.content.decode(errors="replace")


class ResultsGoneError(Exception):
    """A bucket of results that is not there any more; the message is one line."""


def stored_indexes(account: Account, uri: str, *, seen: Callable[[int], None] = lambda _: None) -> list[int]:
    """The indexes of the items that have a result, in order.

    Args:
        account: where they are.
        uri: ``s3://BUCKET/PREFIX``, as a fan-out names it.
        seen: called with the number of objects found so far.

    Raises:
        ResultsGoneError: there is no such bucket.
    """
    bucket, prefix = _place(uri)
    found: list[int] = []
    pages = account.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    try:
        for page in pages:
            names = (_RESULT.fullmatch(item["Key"].removeprefix(prefix)) for item in page.get("Contents", ()))
            found += [int(name[1]) for name in names if name]
            seen(len(found))
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        raise ResultsGoneError(f"the bucket {bucket} does not exist any more, and its results are gone") from None
    return sorted(found)


def stored_results(account: Account, uri: str, indexes: Sequence[int]) -> Iterator[StoredResult]:
    """Read results, in the order of their indexes; those that were deleted meanwhile are left out.

    Args:
        account: where they are.
        uri: ``s3://BUCKET/PREFIX``.
        indexes: of the items.
    """
    bucket, prefix = _place(uri)
    # A client of its own has a connection for each thread.
    client = account.session.client(
        "s3",
        endpoint_url=account.endpoint_url,
        config=Config(max_pool_connections=_AT_ONCE, retries={"mode": "standard", "total_max_attempts": 8}),
    )

    def get(index: int) -> StoredResult | None:
        try:
            body = client.get_object(Bucket=bucket, Key=f"{prefix}{index}.json")["Body"]
        except client.exceptions.NoSuchKey:
            return None
        return StoredResult(index, body.read())

    waiting: deque[Future[StoredResult | None]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            for index in indexes:
                waiting.append(pool.submit(get, index))
                if len(waiting) > _AHEAD and (found := waiting.popleft().result()):
                    yield found
            while waiting:
                if found := waiting.popleft().result():
                    yield found
        finally:
            for future in waiting:
                future.cancel()


def _place(uri: str) -> tuple[str, str]:
    bucket, key = split_uri(uri)
    return bucket, f"{key.strip('/')}/"
