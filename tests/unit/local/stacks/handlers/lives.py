"""Lives of resources in stacks: made, given tags, changed, replaced and deleted, each time seen by the service's API.

A table of lives is played by `play`. Whatever `Account` is given to it deploys: one of handlers alone, or stacks.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made
from constructs_lib.local.stacks.handlers.registry import Handlers
from constructs_lib.local.stacks.services import Services

Properties = dict[str, Any]
Resources = dict[str, dict[str, Any]]
Check = Callable[[Services, str, Properties], dict[str, str] | None]

IT = "It"
"""The logical id of the resource whose life it is."""

GONE = (ClientError, LookupError)
FIRST, SECOND = {"team": "weather", "Name": "first"}, {"Name": "second", "cost": "42"}


@dataclass(frozen=True)
class Life:
    """What a resource goes through.

    Args:
        resource_type: such as ``AWS::EC2::VPC``.
        properties: those that it cannot do without, or that its life is about.
        check: asserts by the service's API that what stands there is what its properties want; returns its tags. Of
            what does not stand there it raises a `ClientError` or, having found an empty list, a `LookupError`.
        needs: other resources, by logical id, in the order in which they are made.
        names: more properties, such as its name, that it has in its second life only.
        changed: properties that are changed in place, then changed back; None takes one away. A list: in turn.
        replaced: properties whose change replaces it.
        tags: whether it has tags; or what makes its property, with its name, of tags.
        attributes: what ``Fn::GetAtt`` gives of some (`...`: anything), besides those that its schema has read-only,
            which all give something.
        untold: those of its schema that are no attributes, or cannot be told here.
        again: whether a change that is made again changes nothing, as is wanted where one has failed half-way.
    """

    resource_type: str
    properties: Properties
    check: Check
    needs: Resources = field(default_factory=dict)
    names: Properties = field(default_factory=dict)
    changed: Properties | Sequence[Properties] = ()
    replaced: Properties = field(default_factory=dict)
    tags: bool | Callable[[dict[str, str]], Properties] = True
    attributes: Mapping[str, Any] = field(default_factory=dict)
    untold: Sequence[str] = ()
    again: bool = True

    def __str__(self) -> str:
        return self.resource_type


class Account(Protocol):
    """Where resources are deployed."""

    services: Services

    def deploy(self, resources: Resources) -> None:
        """Let there be these resources and no others."""
        ...

    def physical_id(self, logical_id: str) -> str:
        """What ``Ref`` gives."""
        ...

    def attribute(self, logical_id: str, name: str) -> Any:
        """What ``Fn::GetAtt`` gives; a `KeyError` when there is no such attribute."""
        ...

    def resolve(self, value: Any) -> Any:
        """A value without references."""
        ...


def play(life: Life, account: Account) -> None:
    """Play a life, and assert on the way."""
    if isinstance(account, HandlersAccount):
        account.repeats = life.again
    account.deploy(life.needs)
    at_first = _stand(life, account, life.properties, {})
    _assert_attributes(life, account)
    steps = [life.changed] if isinstance(life.changed, dict) else life.changed
    for step in steps[:1]:
        assert _stand(life, account, _merge(life.properties, step), {}) == at_first, f"{sorted(step)} is added in place"
    _assert_gone(life, account, at_first, life.properties, life.needs)

    full = {**life.properties, **life.names}
    made = _stand(life, account, full, FIRST)
    if life.tags:
        assert _stand(life, account, full, SECOND) == made, "a tag is changed in place"
        assert _stand(life, account, full, {}) == made, "tags are taken away in place"
    for step in steps:
        assert _stand(life, account, _merge(full, step), SECOND) == made, f"{sorted(step)} is changed in place"
    assert _stand(life, account, full, FIRST) == made, "what is changed in place is changed back in place"
    wanted = full
    if life.replaced:
        wanted = _merge(full, life.replaced)
        other = _stand(life, account, wanted, FIRST)
        assert other != made, f"{sorted(life.replaced)} replaces"
        with pytest.raises(GONE):
            life.check(account.services, made, account.resolve(full))
        made = other
    _assert_gone(life, account, made, wanted, {})


def _stand(life: Life, account: Account, properties: Properties, tags: dict[str, str]) -> str:
    wanted = {**properties, **_tag_property(life, tags)}
    account.deploy({**life.needs, IT: {"Type": life.resource_type, "Properties": wanted}})
    physical_id = account.physical_id(IT)
    seen = life.check(account.services, physical_id, account.resolve(wanted))
    if life.tags:
        assert seen is not None, "a check returns tags"
        assert {key: value for key, value in seen.items() if not key.startswith("aws:")} == tags
    return physical_id


def _assert_attributes(life: Life, account: Account) -> None:
    wanted = {**dict.fromkeys(_read_only(life.resource_type), ...), **life.attributes}
    for name, value in wanted.items():
        if name not in life.untold:
            got = account.attribute(IT, name)
            assert got is not None, name
            assert value is ... or got == account.resolve(value), name
    with pytest.raises(KeyError):
        account.attribute(IT, "NoSuchAttribute")


def _assert_gone(life: Life, account: Account, physical_id: str, properties: Properties, remaining: Resources) -> None:
    properties = account.resolve(properties)
    account.deploy(life.needs)
    with pytest.raises(GONE):
        life.check(account.services, physical_id, properties)
    account.deploy(remaining)


def _tag_property(life: Life, tags: dict[str, str]) -> Properties:
    if not life.tags or not tags:
        return {}
    if callable(life.tags):
        return life.tags(tags)
    document = schema(life.resource_type)
    name = (document.get("tagging") or {}).get("tagProperty", "/properties/Tags").rpartition("/")[2]
    part = document["properties"][name]
    is_map = document.get("definitions", {}).get(part.get("$ref", "").rpartition("/")[2], part).get("type") == "object"
    return {name: tags if is_map else [{"Key": key, "Value": value} for key, value in tags.items()]}


def _merge(properties: Properties, step: Properties) -> Properties:
    return {name: value for name, value in {**properties, **step}.items() if value is not None}


@cache
def schema(resource_type: str) -> dict[str, Any]:
    """The schema of a resource type, as cfn-lint has it."""
    [package] = find_spec("cfnlint").submodule_search_locations  # type: ignore[union-attr]
    schemas = Path(package, "data", "schemas")
    digest = json.loads((schemas / "providers" / "us-east-1.json").read_text())[resource_type]
    document: dict[str, Any] = json.loads((schemas / "resources" / f"{digest}.json").read_text())
    return document


def _read_only(resource_type: str) -> list[str]:
    document = schema(resource_type)
    paths = [path.removeprefix("/properties/") for path in document.get("readOnlyProperties", ())]
    return [path for path in paths if "/" not in path]


@dataclass
class _Standing:
    made: Made
    desired: Desired
    resource: dict[str, Any]


class HandlersAccount:
    """Deploys by handlers alone: in the order in which resources are given, replaced where their schema says so.

    Args:
        handlers: the handlers.
        services: of what account and region.
    """

    def __init__(self, handlers: Handlers, services: Services) -> None:
        self.services = services
        self._handlers = handlers
        self.repeats = True
        self._standing: dict[str, _Standing] = {}
        self._numbers = count(1)
        self._pseudo = {"AWS::Region": services.region, "AWS::AccountId": services.account}
        self._functions: dict[Any, Callable[[Any], Any]] = {
            "Ref": lambda name: self._pseudo.get(name) or self.physical_id(name),
            "Fn::GetAtt": lambda path: self.attribute(*path),
            "Fn::Join": lambda join: join[0].join(self.resolve(join[1])),
            "Fn::Select": lambda select: self.resolve(select[1])[select[0]],
        }

    def deploy(self, resources: Resources) -> None:
        replaced: list[tuple[str, _Standing]] = []
        for logical_id, resource in resources.items():
            self._deploy(logical_id, resource, replaced)
        for logical_id, standing in reversed(replaced):
            self._delete(logical_id, standing)
        for logical_id in [key for key in reversed(self._standing) if key not in resources]:
            self._delete(logical_id, self._standing[logical_id])
            del self._standing[logical_id]

    def physical_id(self, logical_id: str) -> str:
        return self._standing[logical_id].made.physical_id

    def attribute(self, logical_id: str, name: str) -> Any:
        standing = self._standing[logical_id]
        handler = self._handlers.of(standing.desired.resource_type)
        assert handler is not None
        return handler.attribute(standing.made, standing.desired, name)

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        name, argument = next(iter(value.items()), (None, None))
        if len(value) == 1 and name in self._functions:
            return self._functions[name](argument)
        return {key: self.resolve(item) for key, item in value.items()}

    def _deploy(self, logical_id: str, resource: dict[str, Any], replaced: list[tuple[str, _Standing]]) -> None:
        resource_type, properties = resource["Type"], self.resolve(resource.get("Properties", {}))
        handler = self._handlers.of(resource_type)
        assert handler is not None, f"{resource_type} has a handler"
        before = self._standing.get(logical_id)
        if before and before.desired.properties == properties:
            return
        name = before.desired.name if before else self._new_name(logical_id)
        stack_id = self.services.arn("cloudformation", "stack/lives/6f1d8c52-8d4c-4b8e-9d33-0c3a3a4d1f00")
        desired = Desired(logical_id, resource_type, properties, name, stack_id, self.services)
        if before is None:
            made = handler.create(desired)
        else:
            told = handler.replaces(desired, before.desired)
            if told is True or (told is None and self._is_replaced(desired, before.desired)):
                desired = Desired(
                    logical_id, resource_type, properties, self._new_name(logical_id), stack_id, self.services
                )
                made = handler.create(desired)
            else:
                made = handler.update(before.made, desired, before.desired)
                if self.repeats and logical_id == IT:
                    made = handler.update(made, desired, before.desired)
            if made.physical_id != before.made.physical_id:
                replaced.append((logical_id, before))
        self._standing[logical_id] = _Standing(made, desired, resource)

    def _delete(self, logical_id: str, standing: _Standing) -> None:
        handler = self._handlers.of(standing.desired.resource_type)
        assert handler is not None
        handler.delete(standing.made, standing.desired)
        if logical_id == IT:
            handler.delete(standing.made, standing.desired)  # what is gone already is no error

    def _new_name(self, logical_id: str) -> str:
        return f"lives-{logical_id}-{next(self._numbers):08X}"

    def _is_replaced(self, desired: Desired, before: Desired) -> bool:
        paths = schema(desired.resource_type).get("createOnlyProperties", ())
        return any(_at(desired.properties, path) != _at(before.properties, path) for path in paths)


def _at(properties: Properties, path: str) -> Any:
    value: Any = properties
    for part in path.removeprefix("/properties/").split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value
