"""Rules start their targets by the rights of their role; AWS Batch sends an event for each state of a job."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import until

ACCOUNT = "arn:aws:{}:us-east-1:123456789012:{}"
EVENT = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"id": 7, "names": ["Zoë"]})}


class Bus:
    """The default bus of an account, with rules that are made for one test each."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self.events, self.iam, self.sqs = (aws.client(name) for name in ("events", "iam", "sqs"))

    def rule(self, target: dict[str, Any], pattern: dict[str, Any] | None = None, **options: Any) -> None:
        name = f"rule-{uuid.uuid4()}"
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern or {"source": ["shop"]}), **options)
        self.events.put_targets(Rule=name, Targets=[{"Id": "1", **target}])

    def clear(self) -> None:
        for rule in self.events.list_rules()["Rules"]:
            self.events.remove_targets(Rule=rule["Name"], Ids=["1"])
            self.events.delete_rule(Name=rule["Name"])

    def queue(self, name: str) -> str:
        self.sqs.create_queue(QueueName=name)
        return ACCOUNT.format("sqs", name)

    def messages(self, name: str) -> list[str]:
        url = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in found]

    def role(self, action: str, service: str = "events.amazonaws.com") -> str:
        name = f"role-{uuid.uuid4()}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        rights = {"Effect": "Allow", "Action": action, "Resource": "*"}
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=_policy(rights))
        return str(made)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


@pytest.fixture
def bus(aws: EmbeddedAws) -> Iterator[Bus]:
    made = Bus(aws)
    yield made
    made.clear()


@pytest.fixture(scope="module")
def job_queue(aws: EmbeddedAws) -> str:
    batch = aws.client("batch")
    aws.client("iam").create_instance_profile(InstanceProfileName="instances")
    compute = {"type": "EC2", "maxvCpus": 16, "subnets": ["subnet"], "instanceRole": "instances"}
    batch.create_compute_environment(computeEnvironmentName="ec2", type="MANAGED", computeResources=compute)
    order = [{"order": 1, "computeEnvironment": "ec2"}]
    made = batch.create_job_queue(jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
    requirements = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "2048"}]
    container = {"image": "none", "command": ["sh", "-c", "exit Ref::code"], "resourceRequirements": requirements}
    batch.register_job_definition(jobDefinitionName="job", type="container", containerProperties=container)
    return str(made["jobQueueArn"])


@pytest.fixture(scope="module")
def machine(aws: EmbeddedAws) -> str:
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    role = Bus(aws).role("*", "states.amazonaws.com")
    made = aws.client("stepfunctions").create_state_machine(
        name="machine", definition=json.dumps(definition), roleArn=role
    )
    return str(made["stateMachineArn"])


def outputs(aws: EmbeddedAws, machine: str) -> list[Any]:
    client = aws.client("stepfunctions")
    found = client.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
    return [json.loads(client.describe_execution(executionArn=item["executionArn"])["output"]) for item in found]


def test_a_rule_starts_a_state_machine_by_the_rights_of_its_role(bus: Bus, machine: str) -> None:
    bus.rule({"Arn": machine, "RoleArn": bus.role("states:StartExecution"), "InputPath": "$.detail"})
    bus.events.put_events(Entries=[EVENT])
    assert until(lambda: outputs(bus.aws, machine) == [{"id": 7, "names": ["Zoë"]}])


@pytest.mark.parametrize(
    ("action", "service", "denied"),
    [("states:Describe*", "events", "states:StartExecution"), ("states:*", "lambda", "sts:AssumeRole")],
)
def test_a_role_without_the_right_starts_nothing(
    bus: Bus, machine: str, action: str, service: str, denied: str
) -> None:
    before = len(outputs(bus.aws, machine))
    lost = bus.queue("lost")
    role = bus.role(action, f"{service}.amazonaws.com")
    bus.rule({"Arn": machine, "RoleArn": role, "DeadLetterConfig": {"Arn": lost}})
    bus.events.put_events(Entries=[EVENT])
    assert len(outputs(bus.aws, machine)) == before
    assert bus.aws.iam.denials[-1].action == denied
    assert machine in bus.aws.targets.lost[-1]
    [message] = bus.messages("lost")
    assert json.loads(message)["detail"]["id"] == 7


def test_no_event_is_meant_for_a_rule_with_a_schedule(bus: Bus) -> None:
    scheduled, matched = bus.queue("scheduled"), bus.queue("matched")
    bus.events.put_rule(Name="monthly", ScheduleExpression="cron(0 0 1 * ? *)")
    bus.events.put_targets(Rule="monthly", Targets=[{"Id": "1", "Arn": scheduled}])
    bus.rule({"Arn": matched})
    bus.events.put_events(Entries=[EVENT])
    assert len(bus.messages("matched")) == 1
    assert bus.messages("scheduled") == []


def test_a_rule_submits_a_job_with_parameters_of_the_event(bus: Bus, job_queue: str) -> None:
    template = {"InputPathsMap": {"id": "$.detail.id"}, "InputTemplate": '{"Parameters": {"code": "<id>"}}'}
    batch = {"JobDefinition": "job", "JobName": "order", "ArrayProperties": {"Size": 2}}
    role = bus.role("batch:SubmitJob")
    bus.rule({"Arn": job_queue, "RoleArn": role, "BatchParameters": batch, "InputTransformer": template})
    bus.events.put_events(Entries=[EVENT])
    [job] = [job for job in bus.aws.batch.jobs() if job.spec.name == "order"]
    assert bus.aws.batch.wait_for_job(job.id, 10)
    codes = [leaf.attempts[-1].exit_code for leaf in bus.aws.batch.leaves() if leaf.parent is job]
    assert codes == [7, 7]


def test_what_a_target_gets(bus: Bus) -> None:
    everything, constant = bus.queue("everything"), bus.queue("constant")
    bus.rule({"Arn": everything})
    bus.rule({"Arn": constant, "Input": '{"fixed": true}'})
    bus.rule({"Arn": everything}, State="DISABLED")
    bus.rule({"Arn": everything}, {"source": ["other"]})
    bus.events.put_events(Entries=[EVENT])
    [message] = bus.messages("everything")
    event = json.loads(message)
    assert (event["source"], event["detail-type"], event["detail"]["names"]) == ("shop", "Order", ["Zoë"])
    assert time.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ")
    assert bus.messages("constant") == ['{"fixed": true}']


def test_each_state_of_a_job_is_an_event(bus: Bus, job_queue: str) -> None:
    jobs = bus.queue("jobs")
    bus.rule({"Arn": jobs}, {"source": ["aws.batch"], "detail-type": ["Batch Job State Change"]})
    job_id = bus.aws.client("batch").submit_job(
        jobName="told", jobQueue=job_queue, jobDefinition="job", parameters={"code": "3"}
    )["jobId"]
    seen: list[dict[str, Any]] = []

    def failed() -> bool:
        seen.extend(json.loads(message)["detail"] for message in bus.messages("jobs"))
        return any(detail["status"] == "FAILED" for detail in seen)

    assert until(failed)
    assert {detail["jobId"] for detail in seen} == {job_id}
    assert [detail["status"] for detail in seen] == ["RUNNABLE", "STARTING", "RUNNING", "FAILED"]
    assert seen[-1]["attempts"][0]["container"]["exitCode"] == 3


def test_a_job_that_blocks_its_queue_is_an_event_once(bus: Bus, job_queue: str) -> None:
    blocked = bus.queue("blocked")
    bus.rule({"Arn": blocked}, {"source": ["aws.batch"], "detail-type": ["Batch Job Queue Blocked"]})
    batch = bus.aws.client("batch")
    given = {"jobQueue": job_queue, "jobDefinition": "job", "parameters": {"code": "0"}}
    large = {"resourceRequirements": [{"type": "VCPU", "value": "17"}]}
    first, second = (
        batch.submit_job(jobName=name, containerOverrides=large, **given)["jobId"] for name in ("first", "second")
    )
    seen: list[dict[str, Any]] = []

    def told() -> bool:
        seen.extend(json.loads(message) for message in bus.messages("blocked"))
        return bool(seen)

    assert until(told)
    batch.terminate_job(jobId=first, reason="The next one blocks the queue.")
    assert until(lambda: told() and len(seen) > 1)
    batch.terminate_job(jobId=second, reason="The end of the test.")
    assert [event["detail"]["jobId"] for event in seen] == [first, second]
    for event in seen:
        assert event["detail"]["statusReason"].startswith("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE")
        assert event["resources"] == [event["detail"]["jobArn"], job_queue]


def test_a_pushed_image_is_an_event(aws: EmbeddedAws, bus: Bus, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM scratch\nCMD ["x"]\n')
    repository = aws.client("ecr").create_repository(repositoryName="report")["repository"]["repositoryUri"]
    pattern = {"source": ["aws.ecr"], "detail": {"action-type": ["PUSH"], "image-tag": ["newest"]}}
    bus.rule({"Arn": bus.queue("images")}, pattern)
    for tag in ("v1", "newest"):
        aws.images.build(ImageAsset(tmp_path, "Dockerfile", None, f"{repository}:{tag}"))
        aws.images.push(f"{repository}:{tag}")
    [message] = bus.messages("images")
    event = json.loads(message)
    [image] = aws.client("ecr").batch_get_image(repositoryName="report", imageIds=[{"imageTag": "newest"}])["images"]
    assert event["detail-type"] == "ECR Image Action"
    assert event["detail"] == {
        "result": "SUCCESS",
        "repository-name": "report",
        "image-digest": image["imageId"]["imageDigest"],
        "action-type": "PUSH",
        "image-tag": "newest",
    }
