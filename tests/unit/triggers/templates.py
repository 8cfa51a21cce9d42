"""Looks up what a trigger made in a template."""

import json
from collections.abc import Callable
from typing import Any

from aws_cdk import App, Stack

from tests.unit.resources import named

Template = dict[str, Any]


def template_of(build: Callable[[Stack], None]) -> Template:
    """The template of a stack."""
    app = App(analytics_reporting=False)
    build(Stack(app, "Stack"))
    made: Template = app.synth().get_stack_by_name("Stack").template
    return made


def properties(template: Template, kind: str, prefix: str) -> dict[str, Any]:
    """The properties of the one resource of a type whose logical id is the prefix and a hash."""
    found: dict[str, Any] = named(template, kind, prefix)["Properties"]
    return found


def statements(template: Template, prefix: str) -> list[dict[str, Any]]:
    """The statements of the policy of a role."""
    policy = properties(template, "AWS::IAM::Policy", f"{prefix}DefaultPolicy")
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def rights(template: Template, prefix: str) -> list[tuple[Any, list[str]]]:
    """The actions of a role, each with the constructs or ARNs that it is for; without those for logs and traces."""
    return [(each["Action"], targets(each)) for each in statements(template, prefix) if each["Resource"] != "*"]


def targets(statement: dict[str, Any]) -> list[str]:
    """The resources of a statement: logical ids without their hash, and ARNs."""
    resource = statement["Resource"]
    found = resource if isinstance(resource, list) else [resource]
    return [each if isinstance(each, str) else text(each)[:-8] for each in found]


def definition(template: Template, prefix: str) -> Any:
    """The definition of a state machine; a logical id stands for what is known when it is deployed."""
    made = properties(template, "AWS::StepFunctions::StateMachine", prefix)["DefinitionString"]
    return json.loads(text(made))


def text(value: Any) -> str:
    """A text, with logical ids for what will be in their place."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        return "".join(text(part) for part in value["Fn::Join"][1])
    if "Ref" in value or "Fn::GetAtt" in value:
        return str(value.get("Ref") or value["Fn::GetAtt"][0])
    return json.dumps(value)
