"""Buckets tell EventBridge, queues, topics and functions what happens to their objects."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.local.deliveries.clockwork import ARN, DAY, Account
from tests.waiting import until

KEY = "in/red flower, 100% ü.csv"


class Bucket:
    """A bucket, and a queue that hears what EventBridge hears of it."""

    def __init__(self, account: Account, **configuration: Any) -> None:
        self.name = account.name("bucket")
        self.s3 = account.s3
        self.s3.create_bucket(Bucket=self.name)
        self.configure(**configuration)
        self._account = account
        self._queue = account.queue()
        pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [self.name]}}}
        account.events.put_rule(Name=self.name, EventPattern=json.dumps(pattern))
        account.events.put_targets(Rule=self.name, Targets=[{"Id": "1", "Arn": self._queue}])

    def configure(self, **configuration: Any) -> None:
        self.s3.put_bucket_notification_configuration(Bucket=self.name, NotificationConfiguration=configuration)

    def put(self, key: str = KEY, **options: Any) -> dict[str, Any]:
        return dict(self.s3.put_object(Bucket=self.name, Key=key, Body=b"abc", **options))

    def heard(self, count: int) -> list[dict[str, Any]]:
        """So many events, and no more."""
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            found.extend(self._account.bodies(self._queue))
            return len(found) >= count

        until(enough)
        self._account.aws.advance(DAY)
        found.extend(self._account.bodies(self._queue))
        assert len(found) == count
        return found


def test_an_object_that_is_put_is_an_event(account: Account) -> None:
    bucket = Bucket(account, EventBridgeConfiguration={})
    now = account.now
    bucket.put(Tagging="kind=flower")
    [event] = bucket.heard(1)
    detail = event.pop("detail")
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{bucket.name}"],
    }
    assert detail["object"].pop("sequencer")
    assert len(detail.pop("request-id")) == 16
    assert detail == {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": {"key": KEY, "size": 3, "etag": "900150983cd24fb0d6963f7d28e17f72"},
        "requester": "123456789012",
        "source-ip-address": "127.0.0.1",
        "reason": "PutObject",
    }


def test_each_way_to_make_an_object_has_its_reason(account: Account) -> None:
    bucket = Bucket(account, EventBridgeConfiguration={})
    bucket.put("one")
    bucket.s3.copy_object(Bucket=bucket.name, Key="two", CopySource=f"{bucket.name}/one")
    which = {"Bucket": bucket.name, "Key": "three"}
    upload = bucket.s3.create_multipart_upload(**which, Tagging="a=b")["UploadId"]
    part = bucket.s3.upload_part(**which, UploadId=upload, PartNumber=1, Body=b"abcd")
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    bucket.s3.complete_multipart_upload(**which, UploadId=upload, MultipartUpload=parts)
    told = [(event["detail"]["object"]["key"], event["detail"]["reason"]) for event in bucket.heard(3)]
    assert told == [("one", "PutObject"), ("two", "CopyObject"), ("three", "CompleteMultipartUpload")]


def test_deleted_versions_and_markers_are_told_apart(account: Account) -> None:
    bucket = Bucket(account, EventBridgeConfiguration={})
    bucket.put("plain")
    bucket.s3.delete_object(Bucket=bucket.name, Key="plain")
    bucket.s3.delete_object(Bucket=bucket.name, Key="not there")
    bucket.s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    version = bucket.put("kept")["VersionId"]
    bucket.put("kept")
    marker = bucket.s3.delete_object(Bucket=bucket.name, Key="kept")["VersionId"]
    bucket.s3.delete_objects(Bucket=bucket.name, Delete={"Objects": [{"Key": "kept", "VersionId": version}]})
    events = [event for event in bucket.heard(6) if event["detail-type"] == "Object Deleted"]
    told = [(item["detail"]["deletion-type"], item["detail"]["object"].get("version-id")) for item in events]
    assert told == [
        ("Permanently Deleted", None),
        ("Delete Marker Created", marker),
        ("Permanently Deleted", version),
    ]
    assert {event["detail"]["reason"] for event in events} == {"DeleteObject"}
    assert not any("size" in event["detail"]["object"] for event in events)


def test_changes_of_tags_and_access_are_events(account: Account) -> None:
    bucket = Bucket(account, EventBridgeConfiguration={})
    which = {"Bucket": bucket.name, "Key": "one"}
    bucket.put("one")
    bucket.s3.put_object_tagging(**which, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    bucket.s3.delete_object_tagging(**which)
    bucket.s3.put_object_acl(**which, ACL="private")
    told = [event["detail-type"] for event in bucket.heard(4)]
    assert told == ["Object Created", "Object Tags Added", "Object Tags Deleted", "Object ACL Updated"]


def test_a_bucket_that_does_not_send_events_sends_none(account: Account) -> None:
    bucket, told = Bucket(account), account.queue()
    bucket.put("one")
    bucket.configure(QueueConfigurations=[{"QueueArn": told, "Events": ["s3:ObjectRemoved:*"]}])
    bucket.put("two")
    bucket.configure(EventBridgeConfiguration={})
    bucket.put("three")
    [event] = bucket.heard(1)
    assert event["detail"]["object"]["key"] == "three"


def test_what_a_bucket_is_to_tell_can_be_read(account: Account) -> None:
    queue = account.queue()
    wanted = {"QueueArn": queue, "Events": ["s3:ObjectCreated:*"], "Id": "own"}
    bucket = Bucket(account, EventBridgeConfiguration={}, QueueConfigurations=[wanted])
    told = bucket.s3.get_bucket_notification_configuration(Bucket=bucket.name)
    assert (told["EventBridgeConfiguration"], told["QueueConfigurations"]) == ({}, [wanted])
    bucket.configure(QueueConfigurations=[wanted])
    assert "EventBridgeConfiguration" not in bucket.s3.get_bucket_notification_configuration(Bucket=bucket.name)


def test_queues_topics_and_functions_are_notified_of_encoded_keys(account: Account) -> None:
    queue, heard = account.queue(), account.queue()
    topic = account.sns.create_topic(Name="uploads")["TopicArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=heard)
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".csv"}]
    wanted = {"Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}
    bucket = Bucket(
        account,
        QueueConfigurations=[{**wanted, "QueueArn": queue, "Id": "own"}],
        TopicConfigurations=[{**wanted, "TopicArn": topic}],
        LambdaFunctionConfigurations=[{**wanted, "LambdaFunctionArn": ARN.format("lambda", "function:nowhere")}],
    )
    bucket.put(KEY)
    bucket.put("in/other.txt")
    [test, message] = account.bodies(queue)
    assert (test["Event"], test["Bucket"]) == ("s3:TestEvent", bucket.name)
    [record] = message["Records"]
    assert (record["eventName"], record["s3"]["configurationId"]) == ("ObjectCreated:Put", "own")
    assert record["s3"]["object"].pop("sequencer")
    assert record["s3"]["object"] == {
        "key": "in/red+flower%2C+100%25+%C3%BC.csv",
        "size": 3,
        "eTag": "900150983cd24fb0d6963f7d28e17f72",
    }
    assert record["eventTime"].startswith(f"{account.now:%Y-%m-%dT%H:%M}")
    published = [item for item in account.bodies(heard) if item.get("Subject") == "Amazon S3 Notification"]
    assert [json.loads(item["Message"])["Records"][0]["s3"]["object"]["key"] for item in published] == [
        record["s3"]["object"]["key"]
    ]


def test_an_upload_starts_a_state_machine(account: Account) -> None:
    bucket, machine = Bucket(account, EventBridgeConfiguration={}), account.machine()
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket.name]}, "object": {"key": [{"wildcard": "in/*.csv"}]}},
    }
    template = {
        "InputPathsMap": {
            "bucket": "$.detail.bucket.name",
            "key": "$.detail.object.key",
            "size": "$.detail.object.size",
        },
        "InputTemplate": '{"bucket": <bucket>, "key": <key>, "size": <size>, "items": [<key>]}',
    }
    account.events.put_rule(Name="uploads", EventPattern=json.dumps(pattern))
    role = account.role("events", "states:StartExecution")
    target = {"Id": "1", "Arn": machine, "RoleArn": role, "InputTransformer": template}
    account.events.put_targets(Rule="uploads", Targets=[target])
    bucket.put("out/one.csv")
    bucket.put(KEY)
    assert until(lambda: account.inputs(machine)) == [{"bucket": bucket.name, "key": KEY, "size": 3, "items": [KEY]}]
    assert account.starts(machine) == [f"{datetime.fromtimestamp(account.aws.clock.now(), tz=UTC):%m-%d %H:%M}"]
