"""Reads state machines and policies out of synthesized templates."""

import json
from collections.abc import Callable
from typing import Any

from aws_cdk import App, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template
from constructs import Construct

QUEUE_ARN = "arn:aws:batch:eu-west-1:111122223333:job-queue/bulk"

# All revisions of the definition that `job` makes.
JOB_ARNS = "arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:<JobB9D00F9F>[5]:*"

Resources = dict[str, Any]


def new_stack() -> Stack:
    return Stack(App(analytics_reporting=False), "Stack")


def queue(scope: Construct) -> batch.IJobQueue:
    return batch.JobQueue.from_job_queue_arn(scope, "Queue", QUEUE_ARN)


def job(scope: Construct) -> batch.EcsJobDefinition:
    return batch.EcsJobDefinition(
        scope,
        "Job",
        container=batch.EcsEc2ContainerDefinition(
            scope,
            "Container",
            image=ecs.ContainerImage.from_registry("tiles:1"),
            cpu=1,
            memory=Size.mebibytes(512),
            job_role=iam.Role(scope, "JobRole", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com")),
        ),
    )


def template_of(build: Callable[[Stack], None]) -> dict[str, Any]:
    """Synthesize what `build` puts into a stack."""
    stack = new_stack()
    build(stack)
    template: dict[str, Any] = Template.from_stack(stack).to_json()
    return template


def flat_resources(template: dict[str, Any]) -> Resources:
    """The resources of a template; references become their logical id in angle brackets."""
    resources: Resources = _flat(template["Resources"])
    return resources


def resources_of(build: Callable[[Stack], None]) -> Resources:
    return flat_resources(template_of(build))


def state_machine(scope: Construct, definition: sfn.IChainable, construct_id: str = "Machine") -> sfn.StateMachine:
    return sfn.StateMachine(scope, construct_id, definition_body=sfn.DefinitionBody.from_chainable(definition))


def definition(resources: Resources, construct_id: str = "Machine") -> dict[str, Any]:
    found = [
        resource["Properties"]["DefinitionString"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine" and logical_id.startswith(construct_id)
    ]
    parsed: dict[str, Any] = json.loads(found[0])
    return parsed


def statements(resources: Resources, role: str = "MachineRole") -> dict[str, Any]:
    """The statements of a role, by their first action."""
    found = [
        statement
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Policy" and logical_id.startswith(role)
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]
    by_action: dict[str, Any] = {}
    for statement in found:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert actions[0] not in by_action
        by_action[actions[0]] = {**statement, "Action": actions}
    return by_action


def all_states(machine: dict[str, Any]) -> dict[str, Any]:
    """Every state, those inside of Map and Parallel too."""
    states: dict[str, Any] = {}
    for name, state in machine["States"].items():
        states[name] = state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            states.update(all_states(inner))
    return states


def _flat(value: Any) -> Any:
    flat = value
    match value:
        case list():
            flat = [_flat(item) for item in value]
        case {"Fn::Join": [_, parts]}:
            flat = "".join(_flat(part) for part in parts)
        case {"Fn::Select": [place, {"Fn::Split": [_, text]}]}:
            flat = f"{_flat(text)}[{place}]"
        case {"Fn::GetAtt": names}:
            flat = f"<{'.'.join(names)}>"
        case {"Fn::ImportValue": name}:
            flat = f"<import {name}>"
        case {"Ref": name}:
            flat = f"<{name}>"
        case dict():
            flat = {key: _flat(item) for key, item in value.items()}
    return flat
