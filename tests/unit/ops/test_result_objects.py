"""Results are read many at a time, in the order of the items, and only some of them are in memory."""

import io
import json
import threading
from typing import Any

import pytest

from constructs_lib.ops.reports.result_objects import ResultsGoneError, stored_indexes, stored_results
from tests.unit.ops.aws_of_tests import MadeUp, client_error

URI = "s3://bucket/fan-out/results"


class Bucket(MadeUp):
    """A bucket with results; listings have pages of 1,000 keys, in the order of S3."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(list_objects_v2=self._list, get_object=self._get)
        self.keys = sorted(keys)
        self.reading = self.most = 0
        self.lock = threading.Lock()

    @property
    def session(self) -> Any:
        class Session:
            @staticmethod
            def client(*_: Any, **__: Any) -> "Bucket":
                return self

        return Session

    @property
    def exceptions(self) -> Any:
        class Exceptions:
            NoSuchKey = KeyError

        return Exceptions

    def _list(self, *, Bucket: str, Prefix: str, nextToken: int = 0) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "bucket"
        found = [key for key in self.keys if key.startswith(Prefix)]
        page: dict[str, Any] = {"Contents": [{"Key": key} for key in found[nextToken : nextToken + 1000]]}
        return page | ({"nextToken": nextToken + 1000} if nextToken + 1000 < len(found) else {})

    def _get(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "bucket"
        with self.lock:
            self.reading += 1
            self.most = max(self.most, self.reading)
        if Key not in self.keys:
            raise KeyError(Key)
        return {"Body": io.BytesIO(json.dumps(Key).encode())}


def test_ten_thousand_results_come_in_the_order_of_the_items() -> None:
    bucket = Bucket([f"fan-out/results/{index}.json" for index in range(10_000)])
    indexes = stored_indexes(bucket, URI)  # type: ignore[arg-type]
    assert indexes == [*range(10_000)]
    results = stored_results(bucket, URI, indexes)  # type: ignore[arg-type]
    first = next(results)
    assert (first.index, first.value) == (0, "fan-out/results/0.json")
    assert bucket.reading <= 200  # and not all of them
    assert [result.index for result in results] == [*range(1, 10_000)]


def test_what_is_no_result_of_an_item_is_left_out() -> None:
    bucket = Bucket([f"fan-out/results/{name}" for name in ("1.json", "01.json", "x.json", "2/3.json", "4", "-1.json")])
    assert stored_indexes(bucket, URI) == [1]  # type: ignore[arg-type]


def test_a_result_that_was_deleted_meanwhile_is_left_out() -> None:
    bucket = Bucket(["fan-out/results/1.json"])
    found = [result.index for result in stored_results(bucket, URI, [0, 1, 2])]  # type: ignore[arg-type]
    assert found == [1]


def test_a_bucket_that_is_gone_is_told() -> None:
    def gone(**_: Any) -> None:
        raise client_error("NoSuchBucket")

    with pytest.raises(ResultsGoneError, match="the bucket bucket does not exist any more, and its results are gone"):
        stored_indexes(MadeUp(list_objects_v2=gone), URI)  # type: ignore[arg-type]
