"""Each right that the help of a command names is enough with the others, and those that look need each of them."""

import json
import re
from collections.abc import Collection, Iterator

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main
from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.marks import Mark
from tests.local.operated import Operated, operated

pytestmark = pytest.mark.local

ROLE = "operator"
RIGHT = re.compile(r"\b(?:batch|states|cloudformation):[A-Z]\w+")
FOR_OTHERS = {"states:DescribeMapRun", "states:DescribeStateMachineForExecution"}
"""Rights for Distributed Maps and for fan-outs, which do not run here."""
LOOKING = {
    "ps": [("ps",), ("ps", "Pipelines"), ("ps", "nightly")],
    "status": [("status",), ("status", "Pipelines"), ("status", "Nightly:monday"), ("status", "Nightly")],
}


class Operator:
    """Somebody with a role that has some rights and no others."""

    def __init__(self, here: Operated) -> None:
        self._here = here
        here.role(ROLE, "ecs-tasks.amazonaws.com")
        iam = here.aws.client("iam")
        self._iam = iam
        account = here.aws.client("sts").get_caller_identity()["Account"]
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
        iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=_policy(trust))
        self._arn = iam.get_role(RoleName=ROLE)["Role"]["Arn"]

    def call(self, rights: Collection[str], *arguments: str) -> Result:
        """Call a command with these rights."""
        allowed = {"Effect": "Allow", "Action": sorted(rights), "Resource": "*"}
        self._iam.put_role_policy(RoleName=ROLE, PolicyName="all", PolicyDocument=_policy(allowed))
        keys = self._here.aws.client("sts").assume_role(RoleArn=self._arn, RoleSessionName="operator")["Credentials"]
        environment = {
            **self._here.aws.environment(),
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }
        return CliRunner().invoke(main, arguments, env=environment)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, assembly: Assembly) -> Iterator[Operated]:
    with operated(tmp_path_factory.mktemp("operated")) as made:
        made.environment("place", 4)
        made.queue("nightly", "place")
        made.definition("work")
        made.aws.deploy(assembly.stack("Pipelines"))
        resource = "arn:aws:states:::batch:submitJob.sync"
        submit = {"JobName": "bad", "JobQueue": "nightly", "JobDefinition": "work", "ArrayProperties": {"Size": 2}}
        machine = made.machine("Nightly", {"Work": {"Type": "Task", "Resource": resource, "Arguments": submit}})
        made.start(machine, "monday")
        made.pass_time(600)
        made.start(_messenger(made), "monday")
        made.submit("forever", arrayProperties={"size": 9})
        made.pass_time(600)
        yield made


def _messenger(here: Operated) -> str:
    """A state machine that works for others, as its definition says; its ARN."""
    comment = Mark("Notifications", "1.0.0", "01234567", {}).comment("Writes messages.")
    definition = {"Comment": comment, "StartAt": "Write", "States": {"Write": {"Type": "Pass", "End": True}}}
    role = here.role("states", "states.amazonaws.com")
    made = here.states.create_state_machine(name="Messenger", definition=json.dumps(definition), roleArn=role)
    return str(made["stateMachineArn"])


@pytest.fixture(scope="module")
def operator(here: Operated) -> Operator:
    return Operator(here)


def rights_of(command: str) -> set[str]:
    """The rights in the help of a command."""
    told = set(RIGHT.findall(CliRunner().invoke(main, [command, "--help"]).output))
    assert told
    return told - FOR_OTHERS


@pytest.mark.parametrize("command", LOOKING)
def test_commands_that_look_need_each_right_of_their_help_and_no_other(operator: Operator, command: str) -> None:
    rights = rights_of(command)
    shown = [operator.call(rights, *arguments) for arguments in LOOKING[command]]
    assert [result.exit_code for result in shown] == [0] * len(shown), [result.stderr for result in shown]
    for right in sorted(rights):
        without = (operator.call(rights - {right}, *arguments) for arguments in LOOKING[command])
        assert any(item.output != before.output for item, before in zip(without, shown, strict=True)), right


def test_commands_that_change_something_need_no_other_right_than_those_of_their_help(
    here: Operated, operator: Operator
) -> None:
    submitted = operator.call(rights_of("submit"), "submit", "work", "--queue", "nightly", "--name", "forever-mine")
    assert submitted.exit_code == 0, submitted.output
    calls = [
        ("scale", "place", "--max-vcpus", "8", "--yes"),
        ("stop", submitted.stdout.strip(), "--yes"),
        ("stop", "--queue", "nightly", "--yes"),
        ("stop", "arn:aws:states:us-east-1:123456789012:execution:Nightly:monday", "--yes"),
    ]
    for arguments in calls:
        result = operator.call(rights_of(arguments[0]), *arguments)
        assert result.exit_code == 0, result.output
    assert (
        here.batch.describe_compute_environments(computeEnvironments=["place"])["computeEnvironments"][0][
            "computeResources"
        ]["maxvCpus"]
        == 8
    )


def test_names_in_aws_are_found_by_who_may_not_read_stacks(operator: Operator) -> None:
    rights = {right for right in rights_of("ps") if not right.startswith("cloudformation:")}
    assert operator.call(rights, "ps", "nightly").exit_code == 0
    unknown = operator.call(rights, "ps", "nothing")
    assert unknown.exit_code == 1
    assert "cloudformation:DescribeStacks" in unknown.stderr


def _policy(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
