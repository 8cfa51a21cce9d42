"""Lives of what keeps and finds data: the catalog of Glue, groups of Athena, streams."""

import pytest
from botocore.exceptions import ClientError
from moto.athena.models import athena_backends

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

CATALOG = {"CatalogId": {"Ref": "AWS::AccountId"}}
DATABASE = {"Type": "AWS::Glue::Database", "Properties": {**CATALOG, "DatabaseInput": {"Name": "weather"}}}
COLUMNS = {"Columns": [{"Name": "day", "Type": "date"}], "Location": "s3://weather/"}


def database(services: Services, name: str, properties: Properties) -> None:
    found = services.client("glue").get_database(Name=name)["Database"]
    assert found.get("Description") == properties["DatabaseInput"].get("Description")


def table(services: Services, name: str, properties: Properties) -> None:
    found = services.client("glue").get_table(DatabaseName=properties["DatabaseName"], Name=name)["Table"]
    assert found["StorageDescriptor"]["Columns"] == properties["TableInput"]["StorageDescriptor"]["Columns"]
    assert found.get("Description") == properties["TableInput"].get("Description")


def work_group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    athena = services.client("athena")
    if name not in athena_backends[services.account][services.region].work_groups:
        raise LookupError(name)
    found = athena.get_work_group(WorkGroup=name)["WorkGroup"]
    assert found.get("Description", "") == properties.get("Description", "")
    assert found["State"] == properties.get("State", "ENABLED")
    wanted = properties.get("WorkGroupConfiguration", {}).get("ResultConfiguration", {}).get("OutputLocation")
    assert found["Configuration"].get("ResultConfiguration", {}).get("OutputLocation") == wanted
    arn = services.arn("athena", f"workgroup/{name}")
    try:
        tags = athena.list_tags_for_resource(ResourceARN=arn)["Tags"]
    except ClientError:  # what moto tells of one that has none
        return {}
    return {tag["Key"]: tag["Value"] for tag in tags}


def stream(services: Services, name: str, properties: Properties) -> dict[str, str]:
    kinesis, which = services.client("kinesis"), {"StreamName": name}
    found = kinesis.describe_stream_summary(**which)["StreamDescriptionSummary"]
    assert found["RetentionPeriodHours"] == properties.get("RetentionPeriodHours", 24)
    assert found["OpenShardCount"] == int(properties["ShardCount"])
    assert found.get("KeyId") == properties.get("StreamEncryption", {}).get("KeyId")
    return {tag["Key"]: tag["Value"] for tag in kinesis.list_tags_for_stream(**which)["Tags"]}


def job(services: Services, name: str, properties: Properties) -> dict[str, str]:
    glue = services.client("glue")
    found = glue.get_job(JobName=name)["Job"]
    assert found["Command"]["ScriptLocation"] == properties["Command"]["ScriptLocation"]
    assert found.get("Description") == properties.get("Description")
    tags: dict[str, str] = glue.get_tags(ResourceArn=services.arn("glue", f"job/{name}"))["Tags"]
    return tags


def consumer(services: Services, arn: str, properties: Properties) -> None:
    found = services.client("kinesis").describe_stream_consumer(ConsumerARN=arn)["ConsumerDescription"]
    assert (found["ConsumerName"], found["StreamARN"]) == (properties["ConsumerName"], properties["StreamARN"])


def delivery_stream(services: Services, name: str, properties: Properties) -> dict[str, str]:
    firehose, which = services.client("firehose"), {"DeliveryStreamName": name}
    found = firehose.describe_delivery_stream(**which)["DeliveryStreamDescription"]
    [destination] = found["Destinations"]
    wanted = properties["ExtendedS3DestinationConfiguration"]
    assert destination["ExtendedS3DestinationDescription"]["BucketARN"] == wanted["BucketARN"]
    return {tag["Key"]: tag["Value"] for tag in firehose.list_tags_for_delivery_stream(**which)["Tags"]}


def trail(services: Services, name: str, properties: Properties) -> dict[str, str]:
    cloudtrail = services.client("cloudtrail")
    found = cloudtrail.get_trail(Name=name)["Trail"]
    assert found["S3BucketName"] == properties["S3BucketName"]
    assert found["IsMultiRegionTrail"] is properties.get("IsMultiRegionTrail", False)
    assert cloudtrail.get_trail_status(Name=name)["IsLogging"] is properties["IsLogging"]
    [told] = cloudtrail.list_tags(ResourceIdList=[found["TrailARN"]])["ResourceTagList"]
    return {tag["Key"]: tag["Value"] for tag in told["TagsList"]}


def bucket_arn(logical_id: str) -> Properties:
    role = "arn:aws:iam::111122223333:role/firehose"
    return {"BucketARN": {"Fn::GetAtt": [logical_id, "Arn"]}, "RoleARN": role}


BUCKET = {"Type": "AWS::S3::Bucket"}
STREAM = {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}
SCRIPT = {"Name": "glueetl", "ScriptLocation": "s3://scripts/one.py"}

DATA_LIVES = [
    Life(
        "AWS::Glue::Job",
        {"Command": SCRIPT, "Role": "arn:aws:iam::111122223333:role/glue"},
        job,
        names={"Name": "forecast"},
        changed=[{"Command": {**SCRIPT, "ScriptLocation": "s3://scripts/two.py"}}, {"Description": "Forecasts."}],
        replaced={"Name": "other"},
    ),
    Life(
        "AWS::Kinesis::StreamConsumer",
        {"ConsumerName": "reader", "StreamARN": {"Fn::GetAtt": ["Stream", "Arn"]}},
        consumer,
        needs={"Stream": STREAM},
        replaced={"ConsumerName": "other"},
        tags=False,
    ),
    Life(
        "AWS::KinesisFirehose::DeliveryStream",
        {"ExtendedS3DestinationConfiguration": bucket_arn("One")},
        delivery_stream,
        needs={"One": BUCKET, "Two": BUCKET},
        names={"DeliveryStreamName": "forecasts"},
        changed={"ExtendedS3DestinationConfiguration": bucket_arn("Two")},
        replaced={"DeliveryStreamName": "other"},
    ),
    Life(
        "AWS::CloudTrail::Trail",
        {"IsLogging": True, "S3BucketName": {"Ref": "One"}},
        trail,
        needs={"One": BUCKET, "Two": BUCKET},
        names={"TrailName": "calls"},
        changed=[{"IsLogging": False}, {"S3BucketName": {"Ref": "Two"}}, {"IsMultiRegionTrail": True}],
        replaced={"TrailName": "other"},
        untold=["SnsTopicArn"],
    ),
    Life(
        "AWS::Glue::Database",
        {**CATALOG, "DatabaseInput": {}},
        database,
        names={"DatabaseName": "weather"},
        changed={"DatabaseInput": {"Description": "Of the weather."}},
        replaced={"DatabaseName": "other"},
        tags=False,
    ),
    Life(
        "AWS::Glue::Table",
        {**CATALOG, "DatabaseName": {"Ref": "Weather"}, "TableInput": {"StorageDescriptor": COLUMNS}},
        table,
        needs={"Weather": DATABASE},
        names={"Name": "forecasts"},
        changed=[
            {"TableInput": {"StorageDescriptor": COLUMNS, "Description": "Of forecasts."}},
            {"TableInput": {"StorageDescriptor": {**COLUMNS, "Columns": [{"Name": "hour", "Type": "int"}]}}},
        ],
        replaced={"Name": "other"},
        tags=False,
    ),
    Life(
        "AWS::Athena::WorkGroup",
        {"Name": "weather"},
        work_group,
        names={"Description": "Of the weather."},
        changed=[
            {"WorkGroupConfiguration": {"ResultConfiguration": {"OutputLocation": "s3://results/"}}},
            {"State": "DISABLED"},
            {"Description": None},
        ],
        replaced={"Name": "other"},
    ),
    Life(
        "AWS::Kinesis::Stream",
        {"ShardCount": "1"},
        stream,
        names={"Name": "forecasts", "RetentionPeriodHours": 48},
        changed=[
            {"RetentionPeriodHours": 72},
            {"RetentionPeriodHours": None},
            {"ShardCount": 2},
            {"StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}},
        ],
        replaced={"Name": "other"},
        untold=["WarmThroughputObject"],
    ),
]


@pytest.mark.parametrize("life", DATA_LIVES, ids=str)
def test_what_has_data_lives_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_named_query_is_there(account: Account) -> None:
    query = {"Database": "weather", "QueryString": "SELECT 1", "Name": "one"}
    account.deploy({"Query": {"Type": "AWS::Athena::NamedQuery", "Properties": query}})
    which = {"NamedQueryId": account.physical_id("Query")}
    assert account.services.client("athena").get_named_query(**which)["NamedQuery"]["QueryString"] == "SELECT 1"
