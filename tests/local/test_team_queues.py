"""Queues, rights and budgets in the embedded AWS: what is allowed passes, everything else is denied."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aws_cdk import App
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from docs.examples.team_queues import TeamQueuesStack, act_as, at_once, refused, wait
from tests.waiting import until

pytestmark = pytest.mark.local

FUNCTION, TOPIC = "AWS::Lambda::Function", "AWS::SNS::Topic"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


@pytest.fixture(scope="module")
def local(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> LocalAws:
    return LocalAws(aws, tmp_path_factory.mktemp("cdk.out"))


@pytest.fixture(scope="module")
def stack(local: LocalAws) -> DeployedStack:
    return local.deploy(TeamQueuesStack(App()))


@pytest.fixture(scope="module")
def people(aws: EmbeddedAws, stack: DeployedStack) -> Any:
    """AWS Batch, called by one of the people."""
    return act_as(aws, stack.outputs["PeopleArn"])


@pytest.fixture
def job(stack: DeployedStack) -> dict[str, Any]:
    """A job that the people may submit."""
    names = {"jobDefinition": stack.outputs["JobArn"], "jobQueue": stack.outputs["TeamsArn"], "jobName": "call"}
    return {**names, "shareIdentifier": "research", "tags": json.loads(stack.outputs["Tags"])}


def definition(**container: Any) -> dict[str, Any]:
    """A definition that the people may register."""
    size = [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}]
    given = {"image": "public.ecr.aws/research/tool:1", "user": "1000:1000", "resourceRequirements": size}
    return {"jobDefinitionName": "research-a", "type": "container", "containerProperties": {**given, **container}}


class TestRateLimit:
    def test_no_more_jobs_than_the_limit_run_at_once(self, aws: EmbeddedAws, people: Any, job: dict[str, Any]) -> None:
        jobs = wait(people, [people.submit_job(**job)["jobId"] for _ in range(6)])
        assert {item["status"] for item in jobs} == {"SUCCEEDED"}
        assert at_once(jobs) == 2
        [limit] = aws.client("batch").list_consumable_resources()["consumableResources"]
        assert (limit["totalQuantity"], limit["inUseQuantity"]) == (2, 0)


class TestRights:
    def test_what_is_allowed(self, people: Any, stack: DeployedStack, job: dict[str, Any]) -> None:
        by_name = {**job, "jobDefinition": stack.outputs["JobArn"].rpartition("/")[2].partition(":")[0]}
        [done] = wait(people, [people.submit_job(**by_name)["jobId"]])
        assert done["status"] == "SUCCEEDED"
        waiting = people.submit_job(**job, parameters={"seconds": "60"})["jobId"]
        people.terminate_job(jobId=waiting, reason="changed my mind")
        assert wait(people, [waiting])[0]["statusReason"] == "changed my mind"
        role = done["container"]["jobRoleArn"]
        made = people.register_job_definition(**definition(jobRoleArn=role))["jobDefinitionArn"]
        assert made.endswith("job-definition/research-a:1")
        people.deregister_job_definition(jobDefinition=made)

    @pytest.mark.parametrize(
        "change",
        [
            {"shareIdentifier": "nightly"},
            {"shareIdentifier": None},
            {"jobQueue": "UrgentArn"},
            {"jobDefinition": "arn:aws:batch:us-east-1:123456789012:job-definition/other:1"},
            {"tags": {"constructs-lib:submitter": "somebody else"}},
            {"tags": {"project": "free of charge"}},
        ],
        ids=str,
    )
    def test_a_submit_of_anything_else_is_denied(
        self, people: Any, stack: DeployedStack, job: dict[str, Any], change: dict[str, Any]
    ) -> None:
        changed = {**job, **{key: stack.outputs.get(str(value), value) for key, value in change.items()}}
        given = {key: value for key, value in changed.items() if value is not None}
        assert refused(people.submit_job, **given) == "AccessDeniedException"

    def test_a_denial_is_told_in_the_words_of_aws(self, people: Any, stack: DeployedStack, job: dict[str, Any]) -> None:
        role = stack.outputs["PeopleArn"].rpartition("/")[2]
        caller = f"User: arn:aws:sts::123456789012:assumed-role/{role}/me is not authorized to perform: batch:SubmitJob"
        words = f"{caller} on resource: {stack.outputs['UrgentArn']} because no identity-based policy allows"
        with pytest.raises(ClientError, match=re.escape(words)):
            people.submit_job(**{**job, "jobQueue": stack.outputs["UrgentArn"]})

    @pytest.mark.parametrize(
        "container",
        [
            {"image": "public.ecr.aws/somebody/tool:1"},
            {"user": "0:0"},
            {"user": ""},
            {"privileged": True},
            {"jobRoleArn": "arn:aws:iam::123456789012:role/Administrator"},
        ],
        ids=str,
    )
    def test_a_definition_beyond_the_limits_is_denied(self, people: Any, container: dict[str, Any]) -> None:
        assert refused(people.register_job_definition, **definition(**container)) == "AccessDeniedException"

    def test_a_definition_of_another_name_is_denied(self, people: Any) -> None:
        other = {**definition(), "jobDefinitionName": "nightly-a"}
        assert refused(people.register_job_definition, **other) == "AccessDeniedException"

    @pytest.mark.parametrize(
        ("operation", "arguments"),
        [
            ("update_job_queue", {"jobQueue": "TeamsArn", "priority": 999}),
            ("delete_job_queue", {"jobQueue": "TeamsArn"}),
            ("tag_resource", {"resourceArn": "TeamsArn", "tags": {"project": "other"}}),
            ("deregister_job_definition", {"jobDefinition": "JobArn"}),
            ("describe_compute_environments", {}),
            ("list_consumable_resources", {}),
        ],
    )
    def test_every_other_call_is_denied(
        self, people: Any, stack: DeployedStack, operation: str, arguments: dict[str, Any]
    ) -> None:
        given = {name: stack.outputs.get(str(value), value) for name, value in arguments.items()}
        assert refused(getattr(people, operation), **given) == "AccessDeniedException"

    def test_jobs_of_others_are_not_stopped(self, aws: EmbeddedAws, people: Any, job: dict[str, Any]) -> None:
        batch = aws.client("batch")
        others = batch.submit_job(**{**job, "tags": {}}, parameters={"seconds": "60"})["jobId"]
        try:
            for stop in (people.terminate_job, people.cancel_job):
                assert refused(stop, jobId=others, reason="mine") == "AccessDeniedException"
        finally:
            batch.terminate_job(jobId=others, reason="the test is over")
        wait(batch, [others])

    def test_a_role_for_ci_is_for_nobody_else(self, aws: EmbeddedAws, stack: DeployedStack) -> None:
        role = f"arn:aws:iam::123456789012:role/{stack.physical_id('Release', resource_type='AWS::IAM::Role')}"
        assume = aws.client("sts").assume_role
        assert refused(assume, RoleArn=role, RoleSessionName="me").startswith("AccessDenied")


class TestCap:
    @pytest.fixture
    def states(self, aws: EmbeddedAws, stack: DeployedStack) -> Callable[[], set[str]]:
        names = [stack.physical_id(f"Capacity{kind}") for kind in ("OnDemand", "Spot")]

        def ask() -> set[str]:
            answer = aws.client("batch").describe_compute_environments(computeEnvironments=names)
            return {item["state"] for item in answer["computeEnvironments"]}

        return ask

    def test_a_spent_budget_stops_new_jobs_until_the_month_is_over(
        self, aws: EmbeddedAws, stack: DeployedStack, people: Any, job: dict[str, Any], states: Callable[[], set[str]]
    ) -> None:
        assert states() == {"ENABLED"}
        topic = stack.physical_id("BudgetCapTopic", resource_type=TOPIC)
        aws.client("sns").publish(TopicArn=topic, Message="AWS Budget Notification: over 100% of your budget")
        assert until(lambda: states() == {"DISABLED"})
        waiting = people.submit_job(**job)["jobId"]
        assert not until_started(people, waiting)
        function = stack.physical_id("BudgetCapFunction", resource_type=FUNCTION)
        aws.client("lambda").invoke(FunctionName=function, Payload=json.dumps({"action": "restore"}))
        assert states() == {"ENABLED"}
        assert wait(people, [waiting])[0]["status"] == "SUCCEEDED"


def until_started(batch: Any, job_id: str) -> bool:
    """Whether a job starts while another one could have run."""
    statuses = {batch.describe_jobs(jobs=[job_id])["jobs"][0]["status"] for _ in range(20)}
    return bool(statuses & {"STARTING", "RUNNING", "SUCCEEDED"})
