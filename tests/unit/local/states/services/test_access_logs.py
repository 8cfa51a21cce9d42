"""Access logs of buckets arrive later: what empties a bucket that logs into itself leaves it empty."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.s3.models import s3_backends

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.patching import Patch, Patches
from constructs_lib.local.states.runtime import CURRENT, Runtime
from constructs_lib.local.states.services import access_logs


@dataclass
class Clock(RealClock):
    time: float = 0.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    with mock_aws(), Patches([Patch(CURRENT, "runtime", Runtime(clock=clock)), *access_logs.patches()]):
        yield clock


@pytest.fixture
def s3(clock: Clock) -> Any:
    client = boto3.client("s3", "us-east-1")
    for name in ("trail", "elsewhere"):
        client.create_bucket(Bucket=name)
    # as a template's AccessControl: LogDeliveryWrite and LoggingConfiguration make it
    s3_backends["123456789012"]["aws"].get_bucket("trail").logging = {"TargetBucket": "trail", "TargetPrefix": "log/"}
    assert clock.time == 0
    return client


def test_a_bucket_that_logs_into_itself_can_be_emptied_and_deleted(s3: Any, clock: Clock) -> None:
    s3.put_object(Bucket="trail", Key="log/old", Body=b"")
    clock.time += 1
    for item in s3.list_objects_v2(Bucket="trail")["Contents"]:
        s3.delete_object(Bucket="trail", Key=item["Key"])
    s3.delete_bucket(Bucket="trail")
    clock.time += access_logs.DELAY
    s3.list_objects_v2(Bucket="elsewhere")  # by which they would be delivered
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.list_objects_v2(Bucket="trail")


def test_they_arrive_when_their_time_has_come(s3: Any, clock: Clock) -> None:
    s3.put_object(Bucket="trail", Key="data", Body=b"")
    s3.put_object(Bucket="elsewhere", Key="data", Body=b"")  # which logs nothing
    clock.time += access_logs.DELAY - 1
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="trail")["Contents"]] == ["data"]
    clock.time += 1
    [data, log] = s3.list_objects_v2(Bucket="trail")["Contents"]
    assert (data["Key"], log["Key"].startswith("log/")) == ("data", True)
    assert b"REST.PUT.BUCKET" in s3.get_object(Bucket="trail", Key=log["Key"])["Body"].read()


def test_each_arrives_once_however_many_look(s3: Any, clock: Clock) -> None:
    for number in range(20):
        s3.put_object(Bucket="trail", Key=f"data{number}", Body=b"")
    clock.time += access_logs.DELAY
    threads = [threading.Thread(target=s3.list_objects_v2, kwargs={"Bucket": "elsewhere"}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed = s3.list_objects_v2(Bucket="trail", Prefix="log/")
    assert listed["KeyCount"] == 20
