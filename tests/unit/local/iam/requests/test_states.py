"""What IAM is asked about the operations of Step Functions that have more than an ARN."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from constructs_lib.local.iam.requests.asked import Asked, Call, Lookup, Place
from constructs_lib.local.iam.requests.resources import asked_to_make
from constructs_lib.local.iam.requests.states import asked

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
ROLE = "arn:aws:iam::123456789012:role/states"
PASSED = {"iam:PassedToService": "states.amazonaws.com"}


class NoTags:
    """An account whose resources have no tags."""

    def tags(self, _: str) -> Mapping[str, str]:
        return {}


PLACE = Place("123456789012", "us-east-1", cast("Lookup", NoTags()))


def questions(operation: str, **parameters: Any) -> list[Asked] | None:
    return asked(Call("states", operation, parameters), PLACE)


def test_a_state_is_tested_by_a_role_that_is_passed() -> None:
    assert questions("TestState", definition="{}") == [Asked("states:TestState")]
    assert questions("TestState", definition="{}", roleArn=ROLE, revealSecrets=True) == [
        Asked("states:TestState"),
        Asked("states:RevealSecrets"),
        Asked("iam:PassRole", ROLE, PASSED),
    ]


def test_an_alias_is_made_of_its_state_machine() -> None:
    routing = [{"stateMachineVersionArn": f"{MACHINE}:3", "weight": 100}]
    found = questions("CreateStateMachineAlias", name="live", routingConfiguration=routing)
    assert found == [Asked("states:CreateStateMachineAlias", MACHINE)]


@pytest.mark.parametrize(
    ("operation", "member", "arn"),
    [
        ("StartExecution", "stateMachineArn", f"{MACHINE}:live"),
        ("StartSyncExecution", "stateMachineArn", MACHINE),
        ("PublishStateMachineVersion", "stateMachineArn", MACHINE),
        ("DeleteStateMachineVersion", "stateMachineVersionArn", f"{MACHINE}:3"),
        ("UpdateStateMachineAlias", "stateMachineAliasArn", f"{MACHINE}:live"),
        ("GetActivityTask", "activityArn", "arn:aws:states:us-east-1:123456789012:activity:a"),
    ],
)
def test_the_rest_is_asked_about_its_arn(operation: str, member: str, arn: str) -> None:
    assert questions(operation, **{member: arn}) == [Asked(f"states:{operation}", arn)]


def test_a_version_of_a_template_is_published() -> None:
    found = asked_to_make("AWS::StepFunctions::StateMachineVersion", {"StateMachineArn": MACHINE}, PLACE)
    assert found == [Asked("states:PublishStateMachineVersion", None)]
