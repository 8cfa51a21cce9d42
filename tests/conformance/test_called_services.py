"""What services that state machines call answer: Amazon S3, DynamoDB, EventBridge and Amazon SNS."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

BUCKET = "called"
TOPIC = "arn:aws:sns:us-east-1:123456789012:nowhere"


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
def test_objects_are_encrypted_by_default(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for answer in [
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"x"),
        s3.get_object(Bucket=BUCKET, Key="k"),
        s3.head_object(Bucket=BUCKET, Key="k"),
        s3.copy_object(Bucket=BUCKET, Key="l", CopySource=f"{BUCKET}/k"),
    ]:
        assert answer["ServerSideEncryption"] == "AES256"
    s3.put_object(Bucket=BUCKET, Key="m", Body=b"x", ServerSideEncryption="aws:kms")
    assert s3.head_object(Bucket=BUCKET, Key="m")["ServerSideEncryption"] == "aws:kms"


# https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
def test_a_checksum_says_of_what_it_is(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for answer in [s3.put_object(Bucket=BUCKET, Key="k", Body=b"x"), s3.get_object(Bucket=BUCKET, Key="k")]:
        assert (answer["ChecksumCRC32"], answer["ChecksumType"]) == ("jNwWgw==", "FULL_OBJECT")


# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
def test_a_change_tells_its_capacity_if_asked(aws: EmbeddedAws) -> None:
    tables = aws.client("dynamodb")
    tables.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    change: dict[str, Any] = {
        "TableName": "table",
        "Key": {"k": {"S": "1"}},
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    assert "ConsumedCapacity" not in tables.update_item(**change)
    assert "ConsumedCapacity" not in tables.update_item(**change, ReturnConsumedCapacity="NONE")
    assert tables.update_item(**change, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]["TableName"] == "table"


# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
@pytest.mark.parametrize("detail", ['"text"', "[1]", "1", "null", "{"])
def test_a_detail_is_an_object(aws: EmbeddedAws, detail: str) -> None:
    good, bad = ({"Source": "s", "DetailType": "t", "Detail": text} for text in ["{}", detail])
    answer = aws.client("events").put_events(Entries=[good, bad])
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0].keys() == {"EventId"}
    assert answer["Entries"][1] == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}


# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
def test_messages_to_no_topic_and_of_no_group(aws: EmbeddedAws) -> None:
    topics = aws.client("sns")
    with pytest.raises(ClientError, match=r"\(NotFound\).*: Topic does not exist"):
        topics.publish(TopicArn=TOPIC, Message="m")
    with pytest.raises(ClientError, match=r"\(NotFound\).*: Endpoint does not exist"):
        topics.publish(TargetArn="arn:aws:sns:us-east-1:123456789012:endpoint/GCM/app/1", Message="m")
    arn = topics.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    missing = r"\(InvalidParameter\).*: Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    with pytest.raises(ClientError, match=missing):
        topics.publish(TopicArn=arn, Message="m", MessageDeduplicationId="d")
    assert topics.publish(TopicArn=arn, Message="m", MessageGroupId="g", MessageDeduplicationId="d")["MessageId"]
