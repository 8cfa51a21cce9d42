"""Whatever an update changes, and wherever it fails: the account is as the new template has it, or as the old."""

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.moto_api._internal.models import moto_api_backend

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.stacks.accounts.regions import StacksOfAll
from constructs_lib.local.stacks.api.calls import CALLS
from constructs_lib.local.stacks.api.desk import Desk
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.stack import Stack
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.registry import Handlers
from constructs_lib.local.stacks.services import Services
from constructs_lib.local.unemulated.moto import Moto

LOCATION = Location("333344445555", "eu-west-1")
NAMES = ("A", "B", "C", "D")
TYPES = ("AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SSM::Parameter", "AWS::Logs::LogGroup")
NUMBERS = count()

Template = dict[str, Any]


class Failing:
    """A handler that fails when its turn has come, before it does something or after."""

    def __init__(self, handler: Handler, turn: "Turn") -> None:
        self._handler = handler
        self._turn = turn

    def create(self, desired: Desired) -> Made:
        self._turn.take("before")
        made = self._handler.create(desired)
        if self._turn.is_after():  # a handler that fails leaves nothing that it has made
            self._handler.delete(made, desired)
            raise HandlerError("after it was made")
        return made

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        self._turn.take("before")
        changed = self._handler.update(made, desired, before)
        if self._turn.is_after():
            raise HandlerError("after it was changed")
        return changed

    def delete(self, made: Made, desired: Desired) -> None:
        self._handler.delete(made, desired)

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        return self._handler.attribute(made, desired, name)

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        return self._handler.replaces(desired, before)


class Turn:
    """Which call of handlers fails: the one after so many, once."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.kind = "before"

    def take(self, kind: str) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0 and self.kind == kind:
            self.left = None
            raise HandlerError("its turn has come")

    def is_after(self) -> bool:
        if self.left == 0 and self.kind == "after":
            self.left = None
            return True
        return False


TURN = Turn()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    moto = Handlers({})
    handlers: dict[str, Handler] = {}
    for kind in TYPES:
        handler = moto.of(kind)
        assert handler is not None
        handlers[kind] = Failing(handler, TURN)
    yield Desk(StacksOfAll(Moto(), handlers, RealClock()).of(LOCATION), lambda _: lambda *_: None)
    moto_api_backend.reset()


texts = st.text("abc", min_size=1, max_size=3)
tags = st.lists(st.tuples(st.sampled_from("xyz"), texts), max_size=2, unique_by=lambda pair: pair[0])


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """A template of some resources, with tags, values that change in place, names that replace, and references."""
    resources: Template = {}
    for index, name in enumerate(NAMES):
        if not draw(st.booleans()):
            continue
        kind = draw(st.sampled_from(TYPES))
        before = [other for other in NAMES[:index] if other in resources]
        value: Any = draw(texts)
        if before and draw(st.booleans()):
            value = {"Fn::Join": ["-", [{"Ref": draw(st.sampled_from(before))}, value]]}
        listed = [{"Key": key, "Value": text} for key, text in draw(tags)]
        properties: Template = {"Tags": listed} if listed else {}
        if kind == "AWS::SSM::Parameter":
            properties = {"Type": "String", "Value": value, **({"Tags": dict(draw(tags))} if listed else {})}
        elif kind == "AWS::SNS::Topic":
            properties["DisplayName"] = value
        elif kind == "AWS::SQS::Queue":
            properties["DelaySeconds"] = draw(st.integers(0, 3))
        else:
            properties["RetentionInDays"] = draw(st.sampled_from([1, 3, 5]))
        if draw(st.booleans()):
            properties[NAME[kind]] = f"{name}-{draw(texts)}"
        resources[name] = {"Type": kind, "Properties": properties}
    return {"Resources": resources or {"A": {"Type": "AWS::SNS::Topic"}}}


NAME = dict(zip(TYPES, ("TopicName", "QueueName", "Name", "LogGroupName"), strict=True))


def topic(name: str, **properties: Any) -> Template:
    return {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name, **properties}}


NAMED_AFTER_ANOTHER = {"Fn::Join": ["-", [{"Ref": "A"}, "a"]]}  # looks like the ARN of a topic of its own
OF_ITS_OWN = [
    topic("b", DisplayName=NAMED_AFTER_ANOTHER),
    {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "b", "Type": "String", "Value": NAMED_AFTER_ANOTHER}},
]


def call(desk: Desk, operation: str, **request: Any) -> None:
    CALLS[operation](desk, request)


def seen(services: Services) -> Mapping[str, Any]:
    """Everything that is there, by its id."""
    sns, sqs, ssm, logs = (services.client(name) for name in ("sns", "sqs", "ssm", "logs"))
    found: dict[str, Any] = {}
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        listed = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
        found[arn] = attributes["DisplayName"], _pairs(listed)
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"]
        found[_short(url)] = (
            attributes["DelaySeconds"],
            sorted(sqs.list_queue_tags(QueueUrl=url).get("Tags", {}).items()),
        )
    for parameter in ssm.describe_parameters()["Parameters"]:
        name = parameter["Name"]
        value = ssm.get_parameter(Name=name)["Parameter"]["Value"]
        listed = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        found[name] = value, _pairs(listed)
    for group in logs.describe_log_groups()["logGroups"]:
        listed = logs.list_tags_log_group(logGroupName=group["logGroupName"])["tags"]
        found[group["logGroupName"]] = group.get("retentionInDays"), sorted(listed.items())
    return found


def _pairs(listed: list[dict[str, str]]) -> list[tuple[str, str]]:
    return sorted((item["Key"], item["Value"]) for item in listed)


def wanted(stack: Stack, template: Template) -> set[str]:
    """The ids of what a stack has, which is what its template wants."""
    assert set(stack.resources) == set(template["Resources"])
    return {_short(resource.physical_id) for resource in stack.resources.values()}


def _short(physical_id: str) -> str:
    """The id of a resource; of a queue the end of its URL, of which each client sees another host."""
    return physical_id.rpartition("/")[2] if "://" in physical_id else physical_id


@pytest.mark.parametrize("later", OF_ITS_OWN)
def test_what_comes_from_a_resource_of_the_stack_is_not_imported(desk: Desk, later: Template) -> None:
    TURN.left = None
    moto_api_backend.reset()
    resources, name = {"A": topic("a")}, f"own{next(NUMBERS)}"
    call(desk, "CreateStack", StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    stack = desk.stacks.get(name)
    assert stack.wait(20)
    template = {"Resources": {**resources, "B": later}}
    call(desk, "UpdateStack", StackName=name, TemplateBody=json.dumps(template))
    assert stack.wait(20)
    assert set(seen(desk.world.services)) == wanted(stack, template)
    assert [event.reason for event in stack.events if "on demand" in (event.reason or "")] == []
    call(desk, "DeleteStack", StackName=name)
    assert stack.wait(20)
    assert seen(desk.world.services) == {}


@given(templates(), templates(), st.integers(1, 8), st.sampled_from(["before", "after", "never"]))
def test_an_update_is_whole_or_not_there(desk: Desk, old: Template, new: Template, turn: int, kind: str) -> None:
    services, name = desk.world.services, f"s{next(NUMBERS)}"
    TURN.left = None
    if there := seen(services):  # an example that failed has left it
        moto_api_backend.reset()
        assert seen(services) == {}, there
    call(desk, "CreateStack", StackName=name, TemplateBody=json.dumps(old))
    stack = desk.stacks.get(name)
    assert stack.wait(20)
    assert stack.status == "CREATE_COMPLETE", stack.events
    before, ids = seen(services), {key: item.physical_id for key, item in stack.resources.items()}
    assert set(before) == wanted(stack, old)
    try:
        TURN.kind, TURN.left = kind, (None if kind == "never" else turn)
        call(desk, "UpdateStack", StackName=name, TemplateBody=json.dumps(new))
        assert stack.wait(20)
        TURN.left = None
        if stack.status == "UPDATE_ROLLBACK_COMPLETE":
            assert kind != "never" or any("Rename" in (event.reason or "") for event in stack.events)
            assert seen(services) == before
            assert {key: item.physical_id for key, item in stack.resources.items()} == ids
        else:
            assert stack.status == "UPDATE_COMPLETE", stack.events
            assert set(seen(services)) == wanted(stack, new)
    except CallError as error:
        if "No updates" not in error.message and "resource type" not in error.message:
            raise
    finally:
        TURN.left = None
        call(desk, "DeleteStack", StackName=name)
        assert stack.wait(20)
    assert stack.status == "DELETE_COMPLETE", stack.events
    assert seen(services) == {}
