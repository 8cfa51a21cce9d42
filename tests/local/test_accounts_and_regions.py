"""Stacks of several accounts, regions and partitions in one embedded AWS: each runs where it is for."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.account import ACCESS_ROLE, Location
from constructs_lib.local.apps.assembly import Assembly, load
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from tests.conftest import Once

pytestmark = pytest.mark.local

DEFAULT = Location("345678901234", "ap-southeast-2")
LOCATIONS = {
    "Anywhere": DEFAULT,
    "Dev": Location("123456789012", "eu-central-1"),
    "Prod": Location("999999999999", "us-west-2"),
    "ProdEurope": Location("999999999999", "eu-central-1"),
    "China": Location("210987654321", "cn-north-1"),
    "Government": Location("210987654321", "us-gov-west-1"),
}
EACH = pytest.mark.parametrize("name", LOCATIONS)


@pytest.fixture(scope="module")
def assembly(once: Once) -> Assembly:
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'placed_pipelines.py'}"
    return load(once("placed_pipelines.out", lambda output: synthesize(output, app, here.parents[1])))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run"), account=DEFAULT.account, region=DEFAULT.region) as made:
        yield made


@pytest.fixture(scope="module")
def deployments(aws: EmbeddedAws, assembly: Assembly) -> dict[str, Deployment]:
    return {name: aws.deploy(assembly.stack(name)) for name in LOCATIONS}


@pytest.fixture(scope="module")
def outcomes(aws: EmbeddedAws, deployments: dict[str, Deployment]) -> dict[str, Outcome]:
    executions = {
        name: Execution(aws, made.state_machine(), {"items": ["a", "b"]}) for name, made in deployments.items()
    }
    return {name: execution.wait(timeout=120) for name, execution in executions.items()}


@EACH
def test_a_stack_is_in_the_account_and_region_that_it_is_for(deployments: dict[str, Deployment], name: str) -> None:
    made, location = deployments[name], LOCATIONS[name]
    suffix = "amazonaws.com.cn" if name == "China" else "amazonaws.com"
    assert made.location == location
    assert made.outputs["Place"] == f"{location.partition} {location.account} {location.region} {suffix}"
    [queue] = [arn for kind, arn in made.resources.values() if kind == "AWS::Batch::JobQueue"]
    assert (queue, made.state_machine()) == (
        location.arn("batch", "job-queue/queue"),
        location.arn("states", "stateMachine:machine"),
    )


@EACH
def test_its_jobs_run_there_by_a_role_of_that_account(
    aws: EmbeddedAws, outcomes: dict[str, Outcome], name: str
) -> None:
    outcome, location = outcomes[name], LOCATIONS[name]
    assert outcome.succeeded, (outcome.error, outcome.cause)
    found = outcome.results[1]
    assert (found["AWS_REGION"], found["AWS_DEFAULT_REGION"]) == (location.region, location.region)
    assert found["SECRET"] == f"of {name}"
    sts = boto3.client(
        "sts",
        endpoint_url=aws.endpoint_url,
        region_name=location.region,
        aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=found["AWS_SESSION_TOKEN"],
    )
    caller = sts.get_caller_identity()
    assert caller["Account"] == location.account
    assert caller["Arn"].startswith(f"arn:{location.partition}:sts::{location.account}:assumed-role/{name}-Job")


@pytest.mark.usefixtures("outcomes")
@EACH
def test_logs_jobs_and_events_are_there_and_nowhere_else(aws: EmbeddedAws, name: str) -> None:
    location = LOCATIONS[name]
    batch, logs, sqs = (aws.client(service, location) for service in ("batch", "logs", "sqs"))
    [array] = batch.list_jobs(jobQueue="queue", jobStatus="SUCCEEDED")["jobSummaryList"]
    assert array["jobArn"] == location.arn("batch", f"job/{array['jobId']}")
    [child] = batch.describe_jobs(jobs=[f"{array['jobId']}:1"])["jobs"]
    options = child["container"]["logConfiguration"]["options"]
    group, stream = options["awslogs-group"], child["container"]["logStreamName"]
    [line] = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
    assert line["message"] == f"in {location.region}"
    [machine] = aws.client("stepfunctions", location).list_state_machines()["stateMachines"]
    heard = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="heard")["QueueUrl"], MaxNumberOfMessages=10)
    [event] = [json.loads(message["Body"]) for message in heard["Messages"]]
    assert (event["account"], event["region"]) == (location.account, location.region)
    assert event["detail"]["stateMachineArn"] == machine["stateMachineArn"]


@EACH
def test_the_cluster_of_an_environment_is_in_the_ecs_of_its_region(
    aws: EmbeddedAws, deployments: dict[str, Deployment], name: str
) -> None:
    location = deployments[name].location
    [environment] = aws.client("batch", location).describe_compute_environments()["computeEnvironments"]
    assert aws.client("ecs", location).list_clusters()["clusterArns"] == [environment["ecsClusterArn"]]


@pytest.mark.usefixtures("outcomes")
def test_iam_had_nothing_to_deny(aws: EmbeddedAws) -> None:
    assert aws.iam.denials == []


def test_a_stack_refers_to_what_is_in_another_region(aws: EmbeddedAws, assembly: Assembly) -> None:
    order = assembly.deployment_order(assembly.stack("Consumer"))
    assert [stack.name for stack in order] == ["Producer", "Consumer"]
    producer, consumer = (aws.deploy(stack) for stack in order)
    assert (producer.location.region, consumer.location.region) == ("eu-central-1", "us-west-2")
    [bucket] = [name for kind, name in producer.resources.values() if kind == "AWS::S3::Bucket"]
    assert consumer.outputs["Bucket"] == f"arn:aws:s3:::{bucket}"


def test_the_administrator_reaches_another_account_by_the_role_that_is_there_for_that(aws: EmbeddedAws) -> None:
    role = f"arn:aws:iam::999999999999:role/{ACCESS_ROLE}"
    found = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    client = session(aws, found)
    assert client("sts").get_caller_identity()["Account"] == "999999999999"
    client("iam").create_user(UserName="theirs")
    assert aws.client("iam").list_users()["Users"] == []
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
        client("sts").assume_role(RoleArn=f"arn:aws:iam::888888888888:role/{ACCESS_ROLE}", RoleSessionName="me")


def test_a_role_of_another_account_has_to_be_allowed_on_both_sides(aws: EmbeddedAws) -> None:
    there, iam = aws.client("iam", Location("999999999999")), aws.client("iam")
    trust = statement(Principal={"AWS": f"arn:aws:iam::{DEFAULT.account}:user/caller"}, Action="sts:AssumeRole")
    role = there.create_role(RoleName="shared", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.create_user(UserName="caller")
    key = iam.create_access_key(UserName="caller")["AccessKey"]
    sts = session(aws, {**key, "SessionToken": None})("sts")
    with pytest.raises(ClientError, match="because no identity-based policy allows the sts:AssumeRole action"):
        sts.assume_role(RoleArn=role, RoleSessionName="me")
    rights = statement(Action="sts:AssumeRole", Resource=role)
    iam.put_user_policy(UserName="caller", PolicyName="may", PolicyDocument=rights)
    found = sts.assume_role(RoleArn=role, RoleSessionName="me")
    assert found["AssumedRoleUser"]["Arn"] == "arn:aws:sts::999999999999:assumed-role/shared/me"
    with pytest.raises(ClientError, match="is not authorized to perform: iam:ListUsers"):
        session(aws, found["Credentials"])("iam").list_users()


def test_a_bucket_lets_in_another_account_by_its_policy(aws: EmbeddedAws) -> None:
    theirs, ours = aws.client("s3", Location("999999999999")), aws.client("s3")
    theirs.create_bucket(Bucket="shared-bucket")
    theirs.put_object(Bucket="shared-bucket", Key="key", Body=b"content")
    iam = aws.client("iam")
    iam.create_user(UserName="reader")
    rights = statement(Action="s3:GetObject", Resource="*")
    iam.put_user_policy(UserName="reader", PolicyName="may", PolicyDocument=rights)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    reader = session(aws, {**key, "SessionToken": None})("s3")
    with pytest.raises(ClientError, match="because no resource-based policy allows the s3:GetObject action"):
        reader.get_object(Bucket="shared-bucket", Key="key")
    policy = statement(
        Principal={"AWS": f"arn:aws:iam::{DEFAULT.account}:root"},
        Action="s3:GetObject",
        Resource="arn:aws:s3:::shared-bucket/*",
    )
    theirs.put_bucket_policy(Bucket="shared-bucket", Policy=policy)
    assert reader.get_object(Bucket="shared-bucket", Key="key")["Body"].read() == b"content"
    assert "shared-bucket" not in {bucket["Name"] for bucket in ours.list_buckets()["Buckets"]}


def session(aws: EmbeddedAws, keys: dict[str, Any]) -> Any:
    """Make clients that sign with keys."""

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=aws.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    return client


def statement(**members: Any) -> str:
    """A policy with one statement that allows something."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **members}]})
