"""Versions and aliases of state machines, and what is started of them.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
"""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import refusal, role
from tests.waiting import ended_execution

Json = dict[str, Any]


class Machine:
    """A state machine whose output tells its revision."""

    def __init__(self, aws: EmbeddedAws, *, publish: bool = False) -> None:
        self.aws, self.client = aws, aws.client("stepfunctions")
        self.made = self.client.create_state_machine(
            name=f"m-{uuid.uuid4()}", definition=self.definition(0), roleArn=role(aws), publish=publish
        )
        self.arn = str(self.made["stateMachineArn"])

    @staticmethod
    def definition(revision: int) -> str:
        return json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": revision, "End": True}}})

    def update(self, revision: int, **options: Any) -> Json:
        return dict(
            self.client.update_state_machine(stateMachineArn=self.arn, definition=self.definition(revision), **options)
        )

    def publish(self, **options: Any) -> str:
        made = self.client.publish_state_machine_version(stateMachineArn=self.arn, **options)
        return str(made["stateMachineVersionArn"])

    def versions(self, **options: Any) -> list[str]:
        listed = self.client.list_state_machine_versions(stateMachineArn=self.arn, **options)
        return [str(item["stateMachineVersionArn"]) for item in listed["stateMachineVersions"]]

    def alias(self, name: str, *routes: tuple[str, int], **options: Any) -> str:
        routing = [{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in routes]
        made = self.client.create_state_machine_alias(name=name, routingConfiguration=routing, **options)
        return str(made["stateMachineAliasArn"])

    def run(self, arn: str) -> Json:
        started = self.client.start_execution(stateMachineArn=arn)["executionArn"]
        described = ended_execution(self.client, started)
        return dict(described)


@pytest.fixture
def machine(aws: EmbeddedAws) -> Machine:
    return Machine(aws)


def test_a_state_machine_can_be_published_as_it_is_made(aws: EmbeddedAws) -> None:
    machine = Machine(aws, publish=True)
    assert machine.made["stateMachineVersionArn"] == f"{machine.arn}:1"
    assert machine.versions() == [f"{machine.arn}:1"]


def test_versions_keep_what_was_published_under_growing_numbers(machine: Machine) -> None:
    first = machine.publish(description="the first")
    machine.update(1)
    second = machine.publish()
    assert machine.versions() == [second, first] == [f"{machine.arn}:2", f"{machine.arn}:1"]
    described = machine.client.describe_state_machine(stateMachineArn=first)
    assert (described["definition"], described["description"]) == (machine.definition(0), "the first")
    assert described["stateMachineArn"] == first
    machine.client.delete_state_machine_version(stateMachineVersionArn=second)
    assert machine.publish() == f"{machine.arn}:3"
    machine.client.delete_state_machine_version(stateMachineVersionArn=second)  # again: it is gone, and that is all


def test_to_publish_a_revision_again_gives_the_version_that_it_is(machine: Machine) -> None:
    assert machine.publish() == machine.publish() == f"{machine.arn}:1"
    assert machine.update(0, publish=True)["stateMachineVersionArn"] == f"{machine.arn}:1"


def test_a_revision_has_an_id_from_the_first_change_on(machine: Machine) -> None:
    assert "revisionId" not in machine.client.describe_state_machine(stateMachineArn=machine.arn)
    assert "revisionId" not in machine.update(0)
    first, second = (machine.update(number)["revisionId"] for number in (1, 2))
    assert machine.client.describe_state_machine(stateMachineArn=machine.arn)["revisionId"] == second
    failed, current = (
        "Failed to publish the State Machine version for revision",
        "The current State Machine revision is",
    )
    refused = refusal(machine.publish, revisionId=first)
    assert refused == ("ConflictException", f"{failed} {first}. {current} {second}.")
    assert machine.publish(revisionId=second) == f"{machine.arn}:1"


def test_versions_do_not_change_and_what_is_not_there_is_not_published(machine: Machine) -> None:
    version = machine.publish()
    update = machine.client.update_state_machine
    refused = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{version}'")
    assert refusal(update, stateMachineArn=version, definition=machine.definition(1)) == refused
    publish = machine.client.publish_state_machine_version
    assert refusal(publish, stateMachineArn=f"{machine.arn}x")[0] == "StateMachineDoesNotExist"
    assert refusal(publish, stateMachineArn="nothing") == ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nothing'")


def test_lists_come_in_pages(machine: Machine) -> None:
    for number in range(3):
        machine.update(number)
        machine.publish()
    page = machine.client.list_state_machine_versions(stateMachineArn=machine.arn, maxResults=2)
    assert len(page["stateMachineVersions"]) == 2
    assert machine.versions(nextToken=page["nextToken"]) == [f"{machine.arn}:1"]
    assert refusal(machine.versions, nextToken="no")[0] == "InvalidToken"
    assert refusal(machine.versions, maxResults=1001)[1].endswith("Member must have value less than or equal to 1000")


def test_an_execution_of_a_version_is_one_of_its_state_machine(machine: Machine) -> None:
    version = machine.publish()
    machine.update(1)
    old, new = machine.run(version), machine.run(machine.arn)
    assert (old["output"], new["output"]) == ("0", "1")
    assert (old["stateMachineArn"], old["stateMachineVersionArn"]) == (machine.arn, version)
    assert old["executionArn"].startswith(machine.arn.replace(":stateMachine:", ":execution:") + ":")
    assert "stateMachineVersionArn" not in new
    listed = machine.client.list_executions(stateMachineArn=machine.arn)["executions"]
    assert [item.get("stateMachineVersionArn") for item in listed] == [None, version]
    [of_version] = machine.client.list_executions(stateMachineArn=version)["executions"]
    assert (of_version["executionArn"], of_version["stateMachineArn"]) == (old["executionArn"], machine.arn)


def test_an_execution_is_described_by_the_definition_that_it_has(machine: Machine) -> None:
    before = machine.run(machine.arn)
    machine.update(1)
    described = machine.client.describe_state_machine_for_execution(executionArn=before["executionArn"])
    assert (described["definition"], described["stateMachineArn"]) == (machine.definition(0), machine.arn)


def test_an_alias_starts_the_versions_that_it_routes_to(machine: Machine) -> None:
    first = machine.publish()
    machine.update(1)
    second = machine.publish()
    alias = machine.alias("live", (first, 100))
    found = machine.run(alias)
    assert (found["output"], found["stateMachineVersionArn"], found["stateMachineAliasArn"]) == ("0", first, alias)
    routing = [{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in ((first, 0), (second, 100))]
    machine.client.update_state_machine_alias(stateMachineAliasArn=alias, routingConfiguration=routing)
    assert {machine.run(alias)["output"] for _ in range(5)} == {"1"}
    described = machine.client.describe_state_machine_alias(stateMachineAliasArn=alias)
    assert (described["routingConfiguration"], described["name"]) == (routing, "live")
    assert len(machine.client.list_executions(stateMachineArn=alias)["executions"]) == 6


def test_both_versions_of_an_alias_get_their_share(machine: Machine) -> None:
    first = machine.publish()
    machine.update(1)
    alias = machine.alias("half", (first, 50), (machine.publish(), 50))
    assert {machine.run(alias)["output"] for _ in range(40)} == {"0", "1"}  # by chance once in 500 billion times not


def test_an_alias_is_made_once_and_deleted_any_number_of_times(machine: Machine) -> None:
    version = machine.publish()
    alias = machine.alias("live", (version, 100), description="d")
    assert machine.alias("live", (version, 100), description="d") == alias
    conflict = "an alias with the same name and a different routing configuration already exists"
    refused = refusal(machine.alias, "live", (version, 100))
    assert refused == ("ConflictException", f"Failed to create alias because {conflict}.")
    listed = machine.client.list_state_machine_aliases(stateMachineArn=machine.arn)["stateMachineAliases"]
    assert [item["stateMachineAliasArn"] for item in listed] == [alias]
    delete = machine.client.delete_state_machine_version
    message = "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this "
    assert refusal(delete, stateMachineVersionArn=version) == ("ConflictException", f"{message}version: [live]")
    for _ in range(2):
        machine.client.delete_state_machine_alias(stateMachineAliasArn=alias)
    delete(stateMachineVersionArn=version)
    with pytest.raises(ClientError, match="State Machine Does Not Exist"):
        machine.run(alias)
    update = machine.client.update_state_machine_alias
    assert refusal(update, stateMachineAliasArn=alias, description="e") == (
        "ResourceNotFound",
        "Request references a resource that does not exist.",
    )


PATTERN = r"Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"


@pytest.mark.parametrize("name", ["123", "a b", "!a", "a@"])
def test_the_name_of_an_alias_is_no_number(machine: Machine, name: str) -> None:
    code, message = refusal(machine.alias, name, (machine.publish(), 100))
    assert (code, message.partition("constraint: ")[2]) == ("ValidationException", PATTERN)


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        (["{0}"], "Routing configuration must contain state machine version ARNs. Received: [{0}]"),
        (
            ["{0}:1", "{0}:1"],
            "Routing configuration must contain distinct state machine version ARNs. Received: [{0}:1, {0}:1]",
        ),
        (["{0}:1"], "Sum of routing configuration weights must equal 100. Received: [50]"),
    ],
)
def test_a_routing_that_is_none_is_refused(machine: Machine, routes: list[str], message: str) -> None:
    machine.publish()
    given = [(route.format(machine.arn), 50) for route in routes]
    assert refusal(machine.alias, "live", *given) == ("ValidationException", message.format(machine.arn))
