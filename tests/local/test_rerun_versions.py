"""A fan-out is rerun wherever it stands in its state machine, and whichever version of the library has deployed it.

The definitions in `unversioned` are those of the last version whose fan-outs said nothing about themselves.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main
from constructs_lib.core.protocol import FAN_OUT, VERSION, Identity
from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import ExitCode, FaultPlan
from constructs_lib.local.runs.execution import Execution
from constructs_lib.ops.reruns.fan_outs import states_of
from tests.local.rights import until

pytestmark = pytest.mark.local

UNVERSIONED = Path(__file__).parent / "unversioned"
STRATEGIES = ["Map", "Array", "Distributed"]
ITEMS = list("abcde")


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("RerunPipelines"))


@pytest.fixture
def rerun(aws: EmbeddedAws) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(main, ["rerun", *arguments], env=aws.environment())


def machine_of(deployment: Deployment, name: str) -> str:
    [arn] = [
        arn
        for logical_id, (kind, arn) in deployment.resources.items()
        if kind == "AWS::StepFunctions::StateMachine" and logical_id.startswith(f"{name}Machine")
    ]
    return arn


def failed(aws: EmbeddedAws, machine: str) -> str:
    """The ARN of an execution that failed, because item 1 of each of its fan-outs did."""
    with aws.faults.during(FaultPlan([ExitCode(3, index=1)])):
        execution = Execution(aws, machine, {"items": ITEMS})
        assert execution.wait().error == "FanOut.TooManyFailures"
    return execution.arn


def rerun_of(aws: EmbeddedAws, rerun: Callable[..., Result], arn: str) -> tuple[list[str], Any, int]:
    """What a rerun says, the output of its execution, and how many jobs or children it took."""
    first = aws.batch.submitted()
    done = rerun(arn)
    assert done.exit_code == 0, done.output
    described: dict[str, Any] = {"status": "RUNNING"}

    def has_ended() -> bool:
        described.update(aws.client("stepfunctions").describe_execution(executionArn=done.stdout.strip()))
        return bool(described["status"] != "RUNNING")

    assert until(has_ended)
    assert described["status"] == "SUCCEEDED", described
    return done.stderr.splitlines(), json.loads(described["output"]), len(aws.batch.leaves(first))


def identities(aws: EmbeddedAws, arn: str) -> list[Any]:
    """What the first states of the fan-outs of an execution say about them."""
    events = aws.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1_000)["events"]
    left = [event["stateExitedEventDetails"] for event in events if "stateExitedEventDetails" in event]
    return [json.loads(state["output"])[FAN_OUT] for state in left if state["name"].endswith(": Read items")]


@contextmanager
def unversioned(aws: EmbeddedAws, machine: str, strategy: str) -> Iterator[None]:
    """Let a machine be what an earlier version has made of it, for a while."""
    states = aws.client("stepfunctions")
    now = states.describe_state_machine(stateMachineArn=machine)["definition"]
    arguments = [state.get("Arguments", {}) for _, state in states_of(json.loads(now))]
    references = {
        "${AWS::Partition}": "aws",
        "${JobB9D00F9F}": next(given["JobDefinition"] for given in arguments if "JobDefinition" in given),
        "${SpotCDFFAAD7.JobQueueArn}": next(given["JobQueue"] for given in arguments if "JobQueue" in given),
        "${FanOutBucket6B15AD43}": next(given["Bucket"] for given in arguments if "Bucket" in given),
    }
    definition = (UNVERSIONED / f"{strategy}.json").read_text()
    for reference, value in references.items():
        definition = definition.replace(reference, value)
    assert "${" not in definition
    assert f'"{FAN_OUT}"' not in definition
    states.update_state_machine(stateMachineArn=machine, definition=definition)
    try:
        yield
    finally:
        states.update_state_machine(stateMachineArn=machine, definition=now)


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        *((strategy, "Items") for strategy in STRATEGIES),
        ("PrefixedArray", "Team: Items"),
        ("PrefixedDistributed", 'It\'s "T": Items'),
        ("Nested", "Inner"),
    ],
)
def test_a_fan_out_says_its_name_and_version_and_is_rerun_by_them(
    aws: EmbeddedAws, deployment: Deployment, rerun: Callable[..., Result], machine: str, name: str
) -> None:
    arn = failed(aws, machine_of(deployment, machine))
    assert identities(aws, arn) == [{"name": name, "version": VERSION}]

    said, output, jobs = rerun_of(aws, rerun, arn)

    [summary] = output if isinstance(output, list) else [output]
    assert said == [f"{name}: 1 of 5 items run again: 1"]
    assert (summary["total"], summary["succeeded"], jobs) == (5, 5, 1)


def test_of_two_fan_outs_of_a_machine_each_runs_what_failed_of_it(
    aws: EmbeddedAws, deployment: Deployment, rerun: Callable[..., Result]
) -> None:
    arn = failed(aws, machine_of(deployment, "Several"))
    assert identities(aws, arn) == [Identity(name).to_json() for name in ("First", "Second")]

    said, output, jobs = rerun_of(aws, rerun, arn)

    assert said == [f"{name}: 1 of 5 items run again: 1" for name in ("First", "Second")]
    assert (output["total"], output["succeeded"], jobs) == (5, 5, 2)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("then", ["stays", "is deployed anew"])
def test_a_machine_of_an_earlier_version_is_rerun(
    aws: EmbeddedAws, deployment: Deployment, rerun: Callable[..., Result], strategy: str, then: str
) -> None:
    machine = machine_of(deployment, strategy)
    with unversioned(aws, machine, strategy):
        arn = failed(aws, machine)
        if then == "stays":
            said, output, jobs = rerun_of(aws, rerun, arn)
    if then != "stays":
        said, output, jobs = rerun_of(aws, rerun, arn)

    assert said == ["Items: 1 of 5 items run again: 1"]
    assert (output["total"], output["succeeded"], jobs) == (5, 5, 1)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_execution_of_this_version_is_rerun_by_a_machine_that_was_rolled_back(
    aws: EmbeddedAws, deployment: Deployment, rerun: Callable[..., Result], strategy: str
) -> None:
    machine = machine_of(deployment, strategy)
    arn = failed(aws, machine)
    with unversioned(aws, machine, strategy):
        said, output, jobs = rerun_of(aws, rerun, arn)
    assert said == ["Items: 1 of 5 items run again: 1"]
    assert (output["succeeded"], jobs) == (5, 1)


def test_a_machine_of_a_newer_version_is_left_alone(
    aws: EmbeddedAws, deployment: Deployment, rerun: Callable[..., Result]
) -> None:
    machine, states = machine_of(deployment, "Array"), aws.client("stepfunctions")
    arn = failed(aws, machine)
    now = states.describe_state_machine(stateMachineArn=machine)["definition"]
    newer = json.loads(now)
    newer["States"]["Items: Read items"]["Output"][FAN_OUT]["version"] = VERSION + 1
    states.update_state_machine(stateMachineArn=machine, definition=json.dumps(newer))
    try:
        refused = rerun(arn)
    finally:
        states.update_state_machine(stateMachineArn=machine, definition=now)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"Items: its fan-out speaks version {VERSION + 1} of the protocol of reruns" in refused.stderr
    assert "pip install --upgrade 'constructs-lib>=0.1.0'" in refused.stderr
