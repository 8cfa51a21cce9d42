"""What `constructs-lib` commands for an account find by a name, over an endpoint as in an account."""

from collections.abc import Iterator

import pytest

from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.ops import Account, Kind, Named, NotFoundError, OperationError, resolve
from constructs_lib.ops.names import stack_of, state_machines_of
from tests.local.conftest import Run

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws, deployment: Deployment) -> Iterator[Account]:
    assert deployment.name == "Pipelines"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment().items():
            patch.setenv(name, value)
        yield Account.open()


def queue_of(deployment: Deployment) -> str:
    return deployment.physical_ids("AWS::Batch::JobQueue")[0]


def test_an_arn_means_itself_and_nothing_is_asked(account: Account, deployment: Deployment) -> None:
    arn = queue_of(deployment)
    assert resolve(account, arn, {Kind.QUEUE}) == Named(Kind.QUEUE, arn, arn.rpartition("/")[2])
    with pytest.raises(NotFoundError, match="is the ARN of a job queue, expected: execution or job"):
        resolve(account, arn, {Kind.JOB, Kind.EXECUTION})


@pytest.mark.parametrize("suffix", ["", ":7", "#1"])
def test_the_id_of_a_job_is_one_also_of_a_child_or_a_node(account: Account, suffix: str) -> None:
    job = f"0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11{suffix}"
    assert resolve(account, job, {Kind.JOB}).id == job
    arn = f"arn:aws:batch:eu-west-1:111122223333:job/{job}"
    assert resolve(account, arn, {Kind.JOB}).id == job


def test_a_construct_of_a_stack_and_the_name_in_aws_mean_the_same(account: Account, deployment: Deployment) -> None:
    arn = queue_of(deployment)
    [queue] = deployment.named("AWS::Batch::JobQueue")
    for name in ("Pipelines", f"Pipelines/{queue.logical_id}", arn.rpartition("/")[2]):
        assert resolve(account, name, {Kind.QUEUE}).id == arn


def test_the_definition_and_the_environment_of_a_name_are_found(account: Account, deployment: Deployment) -> None:
    environment = deployment.physical_ids("AWS::Batch::ComputeEnvironment")[0]
    assert resolve(account, environment.rpartition("/")[2], {Kind.ENVIRONMENT}).id == environment
    definition = deployment.physical_ids("AWS::Batch::JobDefinition")[0]
    name, _, _ = definition.rpartition("/")[2].rpartition(":")
    assert resolve(account, name, {Kind.DEFINITION}).id == definition
    assert resolve(account, f"{name}:1", {Kind.DEFINITION}).id == definition


def test_a_state_machine_means_its_newest_execution(account: Account, deployment: Deployment, run: Run) -> None:
    machine = next(
        item for item in deployment.named("AWS::StepFunctions::StateMachine") if "AnswerArrayFanOut" in item.logical_id
    )
    where = f"Pipelines/{machine.logical_id}"
    with pytest.raises(NotFoundError, match="has no execution yet: start one with `constructs-lib run`"):
        resolve(account, where, {Kind.EXECUTION})
    first, second = run("AnswerArrayFanOut", [1]).arn, run("AnswerArrayFanOut", [2]).arn
    assert resolve(account, where, {Kind.EXECUTION}).id == second
    assert first is not None
    name = first.rpartition(":")[2]
    assert resolve(account, name, {Kind.EXECUTION}).id == first
    physical = machine.physical_id.rpartition(":")[2]
    assert resolve(account, f"{physical}:{name}", {Kind.EXECUTION}).id == first


def test_a_stack_means_its_pipeline_whatever_else_it_has(account: Account) -> None:
    with pytest.raises(NotFoundError, match="stack Pipelines has several state machines, name one as Pipelines/NAME: "):
        resolve(account, "Pipelines", {Kind.EXECUTION, Kind.QUEUE, Kind.JOB})


def test_what_there_is_is_told_for_a_name_that_means_nothing(account: Account) -> None:
    with pytest.raises(NotFoundError, match=r"no job queue or stack 'Pipeline' in .*Did you mean Pipelines\?"):
        resolve(account, "Pipeline", {Kind.QUEUE})
    with pytest.raises(NotFoundError, match="stack Pipelines has no job queue 'Nothing', it has: "):
        resolve(account, "Pipelines/Nothing", {Kind.QUEUE})
    with pytest.raises(NotFoundError, match="stack Pipelines has several state machines, name one as Pipelines/NAME: "):
        resolve(account, "Pipelines", {Kind.STATE_MACHINE})
    with pytest.raises(NotFoundError, match="the id of a job is 36 characters long"):
        resolve(account, "no such job ;", {Kind.JOB, Kind.EXECUTION, Kind.QUEUE})


@pytest.mark.parametrize("name", ["", "/", "/Machine", "/:monday", "Pipeliné", "1st", "☃/Machine"])
def test_a_text_that_no_stack_is_called_means_nothing(account: Account, name: str) -> None:
    with pytest.raises(NotFoundError, match=f"no execution or job queue or stack '{name}' in .*, there are: "):
        resolve(account, name, {Kind.EXECUTION, Kind.QUEUE})
    with pytest.raises(NotFoundError, match=f"no stack '{name}' in .*, there are: Pipelines"):
        stack_of(account, name)
    assert state_machines_of(account, name) == []


def test_an_endpoint_that_is_no_url_and_a_profile_that_is_none_are_told() -> None:
    with pytest.raises(OperationError, match=r"the endpoint 'localhost' is no URL such as http://127\.0\.0\.1:4566"):
        Account.open(endpoint_url="localhost")
    with pytest.raises(OperationError, match=r"nobody.*: choose one with --profile, there are: "):
        Account.open(profile="nobody")
