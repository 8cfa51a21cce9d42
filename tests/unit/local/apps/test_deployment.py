"""Why a deployment failed, told of an update as of a new stack; and what is well after that."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import AssemblyStack
from constructs_lib.local.apps.deployment import Deployment, DeploymentError
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.marks import Mark
from tests.unit.bad_inputs import template, write

Deploy = Callable[[str, Any], Deployment]
BROKEN = template({"StartAt": "A", "States": {"A": {"Type": "Nope", "End": True}}})
WHY = "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values"

RESOURCE = r'Machine \(AWS::StepFunctions::StateMachine\): Resource handler returned message: "'


@pytest.fixture(scope="module")
def deploy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deploy]:
    directory = tmp_path_factory.mktemp("deployments")
    with EmbeddedAws(directory) as aws:

        def made(name: str, content: Any) -> Deployment:
            path: Path = directory / f"{name}.json"
            write(path, content)
            return aws.deploy(AssemblyStack(name, name, name, path, directory, (), ()))

        yield made


def test_the_reason_of_a_failed_stack_is_told(deploy: Deploy) -> None:
    with pytest.raises(DeploymentError, match=f"^stack New: ROLLBACK_COMPLETE: {RESOURCE}{WHY}"):
        deploy("New", BROKEN)


def test_the_reason_of_a_failed_update_is_told(deploy: Deploy) -> None:
    deploy("Old", template())
    for _ in range(2):
        with pytest.raises(DeploymentError, match=f"^stack Old: UPDATE_ROLLBACK_COMPLETE: {RESOURCE}{WHY}"):
            deploy("Old", BROKEN)


def test_what_is_there_after_a_failed_update_can_be_deployed_again(deploy: Deploy) -> None:
    first = deploy("Back", template())
    with pytest.raises(DeploymentError):
        deploy("Back", BROKEN)
    assert deploy("Back", template()) == first


def test_a_byte_order_mark_is_no_part_of_a_template(deploy: Deploy) -> None:
    found = deploy("Marked", b'\xef\xbb\xbf{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}')
    assert list(found.resources) == ["Topic"]


def test_the_machines_of_triggers_and_notifications_do_not_hide_the_one_that_is_run(deploy: Deploy) -> None:
    content = template()
    starter = content["Resources"]["Machine"]
    express = {"Type": starter["Type"], "Properties": {**starter["Properties"], "StateMachineType": "EXPRESS"}}
    content["Resources"]["Starter"] = express
    deployment = deploy("Triggered", content)
    assert ":stateMachine:Triggered-Machine-" in deployment.state_machine()
    comment = Mark("Notifications", "1.0", "0123abcd", {}).comment("Makes a message.")
    helper = json.dumps({"Comment": comment, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    messenger = {"Fn::Join": ["", [helper[:-1], "}"]]}
    content["Resources"]["Messenger"] = {
        "Type": starter["Type"],
        "Properties": {**starter["Properties"], "DefinitionString": messenger},
    }
    told = deploy("Told", content)
    assert ":stateMachine:Told-Machine-" in told.state_machine()
    assert told.helpers == {"Starter", "Messenger"}
    del content["Resources"]["Messenger"]
    content["Resources"] |= {"Other": express}
    del content["Resources"]["Machine"]
    with pytest.raises(LookupError, match="several state machines, name one with --state-machine: Other, Starter"):
        deploy("Express", content).state_machine()
