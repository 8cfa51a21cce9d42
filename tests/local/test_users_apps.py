"""Apps as users write them, each deployed, run, changed, deployed again while it runs, and destroyed."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

import boto3
import jmespath
import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.apps.deployment import deployed
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.testing.local_aws import LocalAws
from tests.conftest import Once
from tests.local.small_jobs import SmallJobs
from tests.local.users_apps import imported_network, synthesize
from tests.waiting import until

pytestmark = pytest.mark.local

PROGRAM = [str(Path(sys.executable).parent / "constructs-lib"), "local"]
HERE = Path(__file__).parent / "users_apps"
DEFAULT = Location()
JOB = "AWS::Batch::JobDefinition"
QUEUE = "AWS::Batch::JobQueue"
# What there can be in an account and region, by the call that lists it.
LISTED = [
    ("batch", "describe_job_queues", {}, "jobQueues[].jobQueueArn"),
    ("batch", "describe_compute_environments", {}, "computeEnvironments[].computeEnvironmentArn"),
    ("batch", "describe_job_definitions", {"status": "ACTIVE"}, "jobDefinitions[].jobDefinitionArn"),
    ("cloudformation", "describe_stacks", {}, "Stacks[].StackId"),
    ("cloudformation", "list_exports", {}, "Exports[].Name"),
    ("codebuild", "list_projects", {}, "projects"),
    ("codepipeline", "list_pipelines", {}, "pipelines[].name"),
    ("dynamodb", "list_tables", {}, "TableNames"),
    ("ec2", "describe_addresses", {}, "Addresses[].AllocationId"),
    ("ec2", "describe_launch_templates", {}, "LaunchTemplates[].LaunchTemplateId"),
    ("ec2", "describe_nat_gateways", {}, "NatGateways[?State!='deleted'].NatGatewayId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups[].GroupId"),
    ("ec2", "describe_subnets", {}, "Subnets[].SubnetId"),
    ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints[].VpcEndpointId"),
    ("ec2", "describe_vpcs", {}, "Vpcs[].VpcId"),
    ("ecs", "list_clusters", {}, "clusterArns"),
    ("events", "list_rules", {}, "Rules[].Arn"),
    ("iam", "list_instance_profiles", {}, "InstanceProfiles[].Arn"),
    ("iam", "list_policies", {"Scope": "Local"}, "Policies[].Arn"),
    ("iam", "list_roles", {}, "Roles[].Arn"),
    ("lambda", "list_functions", {}, "Functions[].FunctionArn"),
    ("logs", "describe_log_groups", {}, "logGroups[].logGroupName"),
    ("s3", "list_buckets", {}, "Buckets[].Name"),
    ("sns", "list_topics", {}, "Topics[].TopicArn"),
    ("sqs", "list_queues", {}, "QueueUrls"),
    ("stepfunctions", "list_state_machines", {}, "stateMachines[].stateMachineArn"),
]


class Account:
    """An account and region of the embedded AWS, by its APIs.

    Args:
        local_aws: where it is.
        location: which one.
    """

    def __init__(self, local_aws: LocalAws, location: Location) -> None:
        where = {"account": location.account, "region": location.region}
        self.client = cache(partial(local_aws.client, **where))

    def inventory(self) -> set[str]:
        """All that there is, but for the bucket to which apps are uploaded."""
        found = set()
        for service, operation, arguments, names in LISTED:
            client = self.client(service)
            has_pages = client.can_paginate(operation)
            call = client.get_paginator(operation).paginate if has_pages else getattr(client, operation)
            for page in call(**arguments) if has_pages else [call(**arguments)]:
                found |= {f"{service} {name}" for name in jmespath.search(names, page) or []}
        return {item for item in found if not item.startswith("s3 cdk-hnb659fds-assets-")}

    def resources(self, stacks: tuple[str, ...]) -> dict[str, tuple[str, str]]:
        """Type and physical id of the resources of some stacks."""
        found = ((stack, deployed(self.client("cloudformation"), stack).resources) for stack in stacks)
        return {f"{stack}/{logical_id}": item for stack, resources in found for logical_id, item in resources.items()}

    def only(self, stacks: tuple[str, ...], kind: str) -> str:
        """The first resource of a type."""
        return next(name for type_, name in self.resources(stacks).values() if type_ == kind)

    def delete(self, stack: str) -> None:
        """Delete a stack, and wait until it is gone."""
        client = self.client("cloudformation")
        [described] = client.describe_stacks(StackName=stack)["Stacks"]
        client.delete_stack(StackName=stack)
        client.get_waiter("stack_delete_complete").wait(StackName=described["StackId"], WaiterConfig={"Delay": 1})


class Way(Protocol):
    """How a user deploys an app."""

    def deploy(self, version: str) -> object:
        """Deploy ``before`` or ``after``."""


class Fixture:
    """By the fixture `local_aws`, from the assemblies of both versions."""

    def __init__(self, local_aws: LocalAws, assemblies: Path, stacks: tuple[str, ...]) -> None:
        self._local_aws, self._assemblies, self._stacks = local_aws, assemblies, stacks

    def deploy(self, version: str) -> None:
        for stack in self._stacks:
            self.deployed = self._local_aws.deploy(self._assemblies / version, name=stack)


class Template:
    """By boto3, with a template that somebody wrote by hand.

    Args:
        file: the template.
        changes: parameters of the later version.
    """

    def __init__(
        self,
        local_aws: LocalAws,
        _: Path,
        stacks: tuple[str, ...],
        *,
        file: str,
        changes: Mapping[str, str],
    ) -> None:
        self._client = local_aws.client("cloudformation")
        self._changes = [{"ParameterKey": key, "ParameterValue": value} for key, value in changes.items()]
        [name] = stacks
        capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
        self._given = {"StackName": name, "TemplateBody": (HERE / file).read_text(), "Capabilities": capabilities}

    def deploy(self, version: str) -> None:
        if version == "before":
            self._client.create_stack(**self._given)
        else:
            self._client.update_stack(**self._given, Parameters=self._changes)
        waiter = "stack_create_complete" if version == "before" else "stack_update_complete"
        self._client.get_waiter(waiter).wait(StackName=self._given["StackName"], WaiterConfig={"Delay": 1})


@dataclass(frozen=True, kw_only=True)
class Story:
    """An app and what is to come of it.

    Args:
        stacks: its stacks in the order of their deployment; the last one has what is run.
        before: what its jobs print, or their results, as it is deployed first.
        after: the same once it was changed.
        look: what the change changes, as the APIs have it.
        looks: what that is before and after.
        way: makes what deploys it.
        given: the input of its state machine.
        submits: the job that is submitted, where there is no state machine, as an array of two.
        location: its account and region.
        prepare: puts the data there that it works on.
        revises: whether the change makes another revision of its job; nothing else of it gets another name.
        added: types of resources that the change brings.
        stays: what is left when all stacks are deleted, as patterns in their order.
        lacks: rights that its roles lack in AWS, too, and that it goes without.
    """

    stacks: tuple[str, ...]
    before: Any
    after: Any
    look: Callable[[Account], Any]
    looks: tuple[Any, Any]
    way: Callable[[LocalAws, Path, tuple[str, ...]], Way] = Fixture
    given: Any = None
    submits: str | None = None
    location: Location = DEFAULT
    prepare: Callable[[Account], object] = lambda _: None
    revises: bool = True
    added: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


def queues(account: Account) -> int:
    """How many queues there are."""
    return len(account.client("batch").describe_job_queues()["jobQueues"])


def cost_center(account: Account) -> str | None:
    """The tag of the queue."""
    [queue] = account.client("batch").describe_job_queues()["jobQueues"]
    found: str | None = queue["tags"].get("cost-center")
    return found


def most_vcpus(account: Account) -> int:
    """The most vCPUs of the environment."""
    [environment] = account.client("batch").describe_compute_environments()["computeEnvironments"]
    found: int = environment["computeResources"]["maxvCpus"]
    return found


def put_texts(account: Account) -> None:
    """Put two objects into the bucket of the texts."""
    bucket = account.only(("Texts",), "AWS::S3::Bucket")
    for key, text in (("texts/a.txt", "to be or not"), ("texts/b.txt", "to be")):
        account.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())


def kept_versions(account: Account) -> str | None:
    """Whether the bucket of the texts keeps versions."""
    bucket = account.only(("Texts",), "AWS::S3::Bucket")
    found: str | None = account.client("s3").get_bucket_versioning(Bucket=bucket).get("Status")
    return found


def days_of_lines(account: Account) -> int:
    """How long the lines of the thumbnails are kept."""
    [group] = account.client("logs").describe_log_groups(logGroupNamePrefix="/thumbnails/jobs")["logGroups"]
    found: int = group["retentionInDays"]
    return found


def put_orders(account: Account) -> None:
    """Put the orders of a day into their table."""
    item = {"id": {"S": "monday"}, "numbers": {"L": [{"N": "1"}, {"N": "2"}]}}
    account.client("dynamodb").put_item(TableName=account.only(("orders",), "AWS::DynamoDB::Table"), Item=item)


def active_revisions(stack: str, account: Account) -> list[int]:
    """The revisions of the job of a stack that can be submitted."""
    name = account.only((stack,), JOB).rpartition("/")[2].partition(":")[0]
    found = account.client("batch").describe_job_definitions(jobDefinitionName=name, status="ACTIVE")
    return sorted(item["revision"] for item in found["jobDefinitions"])


def actions_of_production(account: Account) -> list[str]:
    """The actions of the last stage of the pipeline."""
    name = account.only(("Delivery",), "AWS::CodePipeline::Pipeline")
    stages = account.client("codepipeline").get_pipeline(name=name)["pipeline"]["stages"]
    return [action["name"] for action in stages[-1]["actions"]]


FIRST_REVISION = r"batch .*:job-definition/.*:1"
BUCKET_OF_FAN_OUT = "s3 .*-fanoutbucket.*"
STORIES = {
    "pinned-dev": Story(
        stacks=("DevReports",),
        location=Location("111111111111", "eu-central-1"),
        given={"items": ["acme", "globex"]},
        before=["DevReports of eu-central-1\n"] * 2,
        after=["DevReports of eu-central-1\n"] * 2,
        look=cost_center,
        looks=(None, "4711"),
        stays=(FIRST_REVISION, BUCKET_OF_FAN_OUT),
    ),
    "pinned-prod": Story(
        stacks=("ProdReports",),
        location=Location("222222222222", "us-east-2"),
        given={"items": ["acme", "globex"]},
        before=["ProdReports of us-east-2\n"] * 2,
        after=["ProdReports of us-east-2\n"] * 2,
        look=cost_center,
        looks=(None, "4711"),
        stays=(FIRST_REVISION, BUCKET_OF_FAN_OUT),
    ),
    "nested": Story(
        stacks=("Films",),
        given={"film": "metropolis"},
        before=["metropolis in hd\n"],
        after=["metropolis in uhd\n"],
        look=queues,
        looks=(2, 3),  # one is of the tests
        added=(QUEUE,),
        stays=(FIRST_REVISION,),
    ),
    "imported-network": Story(
        stacks=("Simulations",),
        location=Location("333333333333", "eu-west-1"),
        submits="Solve",
        before=["solved wing by step 0\n", "solved wing by step 1\n"],
        after=["solved wing by step 0\n", "solved wing by step 1\n"],
        look=most_vcpus,
        looks=(32, 128),
        revises=False,
        stays=("ec2 sg-.*", *(f"ec2 {name}" for name in (*imported_network.SUBNETS, imported_network.NETWORK))),
    ),
    "queues-and-workflows": Story(
        stacks=("TeamQueues", "Index", "Render"),
        given={"items": ["a", "b"]},
        before=['drawn ["a"]\n', 'drawn ["b"]\n'],
        after=['painted ["a"]\n', 'painted ["b"]\n'],
        look=queues,
        looks=(2, 3),
        added=(QUEUE,),
        stays=(FIRST_REVISION, BUCKET_OF_FAN_OUT, BUCKET_OF_FAN_OUT),
    ),
    "data-in-s3": Story(
        stacks=("Texts",),
        prepare=put_texts,
        before={0: {"key": "texts/a.txt", "words": 4}, 1: {"key": "texts/b.txt", "words": 2}},
        after={0: {"key": "texts/a.txt", "letters": 12}, 1: {"key": "texts/b.txt", "letters": 5}},
        look=kept_versions,
        looks=(None, "Enabled"),
        stays=(FIRST_REVISION,),
    ),
    "requirements": Story(
        stacks=("Scores",),
        given={"items": [{"terms": [{"weight": 3}, {"weight": 9}]}, {"terms": [{"weight": 7}]}]},
        before=["score 1\n", "score 2\n"],
        after=["score 7\n", "score 9\n"],
        look=partial(active_revisions, "Scores"),
        looks=([1], [1, 2]),
        stays=(FIRST_REVISION, BUCKET_OF_FAN_OUT),
    ),
    "plain-aws-cdk-lib": Story(
        stacks=("Backups",),
        given={"database": "orders"},
        before=["orders at level 1\n"],
        after=["orders at level 2\n"],
        lacks=("batch:DescribeJobs",),
        look=queues,
        looks=(2, 3),
        added=(QUEUE,),
    ),
    "yaml": Story(
        stacks=("thumbnails",),
        way=partial(Template, file="thumbnails.yaml", changes={"Stage": "live", "Width": "640", "Days": "30"}),
        given={"pictures": ["cat", "dog"]},
        before=["cat with 100 pixels\n", "dog with 100 pixels\n"],
        after=["cat with 640 pixels\n", "dog with 640 pixels\n"],
        look=days_of_lines,
        looks=(7, 30),
        added=(QUEUE,),
    ),
    "sam": Story(
        stacks=("orders",),
        way=partial(Template, file="orders.yaml", changes={"Greeting": "wrapped"}),
        given={"day": "monday"},
        prepare=put_orders,
        before=["order-1 packed\n", "order-2 packed\n"],
        after=["order-1 wrapped\n", "order-2 wrapped\n"],
        look=partial(active_revisions, "orders"),
        looks=([1], [2]),
        stays=("logs /aws/lambda/orders-Plan-.*",),  # Lambda made it, no stack
    ),
    "cdk-pipelines": Story(
        stacks=("Delivery", "Prod-Invoices"),
        given={"items": [7]},
        before=["[7] EUR\n"],
        after=["[7] USD\n"],
        look=actions_of_production,
        looks=(["Prepare", "Deploy"], ["Invoices.Prepare", "Invoices.Deploy", "Smoke"]),
        added=("AWS::CodeBuild::Project", "AWS::IAM::Policy", "AWS::IAM::Role"),
        stays=(
            FIRST_REVISION,
            "iam .*:role/cdk-hnb659fds-cfn-exec-role-.*",
            "iam .*:role/cdk-hnb659fds-deploy-role-.*",
            "s3 delivery-pipelineartifactsbucket.*",
            BUCKET_OF_FAN_OUT,
        ),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Life:
    """What came of an app; what it runs is told by what its jobs printed, or by their results.

    Args:
        story: what was to come of it.
        first: of what ran as it was deployed first.
        under_way: of what began before the change and ended after it.
        last: of what ran after it.
        seen: what the change changes, before and after.
        resources: those of its stacks by logical id, before and after.
        left: what is there after its deletion and was not there before its first deployment.
        denied: actions that IAM denied meanwhile.
    """

    story: Story
    first: Any
    under_way: Any
    last: Any
    seen: tuple[Any, Any]
    resources: tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]
    left: set[str]
    denied: set[str]


@pytest.fixture(scope="module")
def assemblies(once: Once) -> Path:
    """The assemblies of both versions."""
    return once("users_apps.out", synthesize)


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    """One job at a time: while another one runs, none begins."""
    return {"parallel": 1, "confined": False}


class Crowd:
    """A job of somebody else that takes up all there is.

    Args:
        jobs: runs it.
        client: of AWS Batch.
    """

    def __init__(self, jobs: SmallJobs, client: Any) -> None:
        self._jobs, self._client = jobs, client
        self._jobs.run("true")  # its definition and its log group are made now

    @contextmanager
    def here(self) -> Iterator[None]:
        """While it runs."""
        submitted = self._client.submit_job(
            jobName="crowd", jobQueue="small", jobDefinition="small", containerOverrides={"command": ["sleep", "1000"]}
        )
        until(lambda: self._jobs.described(submitted["jobId"])["status"] == "RUNNING")
        try:
            yield
        finally:
            self._jobs.terminate(submitted["jobId"])


@pytest.fixture(scope="module")
def crowd(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    return Crowd(SmallJobs(local_aws.aws, tmp_path_factory.mktemp("crowd")), local_aws.client("batch"))


@pytest.fixture(scope="module", params=STORIES)
def life(request: pytest.FixtureRequest, local_aws: LocalAws, assemblies: Path, crowd: Crowd) -> Life:
    """All that comes of an app, from its first deployment to its deletion."""
    story = STORIES[request.param]
    account = Account(local_aws, story.location)
    nothing, denials = account.inventory(), len(local_aws.denials)
    way = story.way(local_aws, assemblies, story.stacks)

    way.deploy("before")
    story.prepare(account)
    before, saw = account.resources(story.stacks), story.look(account)
    first = begin(local_aws, account, story, way)()
    with crowd.here():
        end = begin(local_aws, account, story, way)
        assert until(lambda: waits(account, before))
        way.deploy("after")
        assert waits(account, before)
    under_way = end()
    after, sees = account.resources(story.stacks), story.look(account)
    last = begin(local_aws, account, story, way)()
    for stack in reversed(story.stacks):
        account.delete(stack)
    return Life(
        story=story,
        first=first,
        under_way=under_way,
        last=last,
        seen=(saw, sees),
        resources=(before, after),
        left=account.inventory() - nothing,
        denied={denial.action for denial in local_aws.denials[denials:]},
    )


def begin(local_aws: LocalAws, account: Account, story: Story, way: Way) -> Callable[[], Any]:
    """Begin what an app runs; what is returned waits for its end, and tells of it."""
    if story.submits:
        assert isinstance(way, Fixture)
        submission = way.deployed.submit(story.submits, array=2)
        return lambda: told(submission.wait())
    machine = deployed(account.client("cloudformation"), story.stacks[-1]).state_machine()
    execution = Execution(local_aws.aws, machine, story.given or {})
    return lambda: told(execution.wait(timeout=60))


def told(outcome: Outcome) -> Any:
    """The results of jobs, or what they printed."""
    assert outcome.succeeded, (outcome.error, outcome.cause, [job.text for job in outcome.jobs])
    return outcome.results or sorted(job.text for job in outcome.jobs)


def waits(account: Account, resources: Mapping[str, tuple[str, str]]) -> bool:
    """Whether a job of an app waits for its turn."""
    batch = account.client("batch")
    found = [arn for kind, arn in resources.values() if kind == QUEUE]
    every = [{"name": "JOB_NAME", "values": ["*"]}]
    jobs = [job for arn in found for job in batch.list_jobs(jobQueue=arn, filters=every)["jobSummaryList"]]
    return any(job["status"] not in ("RUNNING", "SUCCEEDED", "FAILED") for job in jobs)


def test_it_runs(life: Life) -> None:
    assert life.first == life.story.before


def test_what_is_under_way_ends_as_it_began(life: Life) -> None:
    assert life.under_way == life.story.before


def test_what_runs_after_the_change_is_changed(life: Life) -> None:
    assert life.last == life.story.after


def test_the_change_is_there_by_the_apis(life: Life) -> None:
    assert life.seen == life.story.looks


def test_what_changes_in_place_keeps_its_name(life: Life) -> None:
    before, after = life.resources
    renamed = {key: kind for key, (kind, name) in before.items() if after.get(key) != (kind, name)}
    assert list(renamed.values()) == [JOB] * life.story.revises
    assert [after[key][1] for key in renamed] == [f"{before[key][1].rpartition(':')[0]}:2" for key in renamed]
    assert sorted(after[key][0] for key in after.keys() - before.keys()) == sorted(life.story.added)


def test_nothing_is_left_but_what_is_to_stay(life: Life) -> None:
    left = sorted(life.left)
    assert len(left) == len(life.story.stays), left
    assert [item for item, pattern in zip(left, life.story.stays, strict=True) if not re.fullmatch(pattern, item)] == []


def test_no_right_is_missing_but_those_that_are_missing_in_aws(life: Life) -> None:
    assert life.denied <= set(life.story.lacks)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a terminal in which an instance is the only one."""
    directory = tmp_path_factory.mktemp("terminal")
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    mine = {**others, "XDG_RUNTIME_DIR": str(directory)}
    argv = [*PROGRAM, "up", "--unconfined", "--keys", "local/local", "--output", str(directory / "logs")]
    with subprocess.Popen(argv, env=mine, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("ready ").strip()
        yield {**mine, "AWS_ENDPOINT_URL": url}
        process.terminate()


def test_an_app_with_an_input_of_its_own_lives_by_the_command_line(
    environment: dict[str, str], assemblies: Path, tmp_path: Path
) -> None:
    session = boto3.Session("local", "local", region_name="us-east-1")
    clients = {
        name: session.client(name, endpoint_url=environment["AWS_ENDPOINT_URL"])
        for name in ("batch", "cloudformation", "iam", "sqs")
    }

    def call(*words: str) -> str:
        done = subprocess.run(
            [*PROGRAM, *words], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    release = {"name": "tool", "version": "1.2"}
    (tmp_path / "ask.json").write_text(json.dumps({"release": release}))
    (tmp_path / "urgent.json").write_text(json.dumps({"release": release, "by": "the boss"}))
    call("deploy", "Releases", "--assembly", str(assemblies / "before"))
    run = [*PROGRAM, "run", "Releases", "--input", "ask.json", "--json", "--output", "asked"]
    with subprocess.Popen(run, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as asking:
        url = clients["sqs"].get_queue_url(QueueName="approvals")["QueueUrl"]
        [message] = clients["sqs"].receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
        question = json.loads(message["Body"])
        call("deploy", "Releases", "--assembly", str(assemblies / "after"))
        assert question["version"] == "1.2"
        session.client("stepfunctions", endpoint_url=environment["AWS_ENDPOINT_URL"]).send_task_success(
            taskToken=question["token"], output=json.dumps({"by": "Ada"})
        )
        answer, _ = asking.communicate(timeout=60)
    assert asking.returncode == 0
    assert json.loads(answer)["output"] == {"by": "Ada"}
    assert "tool 1.2 to stable" in call("logs", "Releases")
    urgent = call("run", "Releases", "--input", "urgent.json", "--json", "--output", "urgent")
    assert json.loads(urgent)["output"] == {"by": "the boss"}
    assert "tool 1.2 to beta" in call("logs", "Releases")

    clients["cloudformation"].delete_stack(StackName="Releases")
    assert until(lambda: not clients["cloudformation"].describe_stacks()["Stacks"])
    assert clients["batch"].describe_job_queues()["jobQueues"] == []
    assert clients["batch"].describe_compute_environments()["computeEnvironments"] == []
    active = clients["batch"].describe_job_definitions(status="ACTIVE")["jobDefinitions"]
    assert [item["revision"] for item in active] == [1], "it is kept for executions of before"
    assert [role["RoleName"] for role in clients["iam"].list_roles()["Roles"] if "Releases" in role["RoleName"]] == []
    assert clients["sqs"].list_queues().get("QueueUrls", []) == []
