"""The plan of a change: what a deployment creates, updates, replaces and deletes, in which order, and why.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-view.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from constructs_lib.templates.differences import ABSENT, PropertyChange, difference, same
from constructs_lib.templates.errors import TemplateError, refuses_depth
from constructs_lib.templates.evaluation import Evaluator, Output
from constructs_lib.templates.references import Reference, found_in, order
from constructs_lib.templates.surroundings import Resources
from constructs_lib.templates.unknown import Source, resources_in

Action = Literal["Add", "Modify", "Remove"]
Replacement = Literal["False", "Conditional", "True"]
Reason = Literal["DirectModification", "ParameterReference", "ResourceReference", "ResourceAttribute"]

_ATTRIBUTES: Final = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
_VARYING: Final = ("Version", "Revision", "Outputs.")
"""What is in the name of an attribute that an update in place changes, as a launch template's LatestVersionNumber."""
_CLUSTER, _INSTANCE, _OF_CLUSTER = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "DBClusterIdentifier"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a property changes.

    Args:
        path: the property, such as ``/Properties/QueueName``.
        reason: whether the template says it otherwise, or what it refers to is not the same.
        source: the parameter, or the resource, with its attribute if it is one: ``Queue.Arn``; empty for the template.
        evaluation: ``Dynamic`` if only the deployment knows whether it changes anything, by this cause alone.
    """

    path: str
    reason: Reason
    source: str = ""
    evaluation: Literal["Static", "Dynamic"] = "Static"


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What happens to a resource.

    Args:
        logical_id: its name in the template.
        resource_type: its type.
        action: whether it comes, changes or goes.
        replacement: whether a change makes it anew, the new one before the old one goes.
        changes: its properties and other attributes that change.
        causes: why, at least one for each of these changes, as ``Details`` of a change set have them.
        policy: what becomes of the old one: ``Delete``, ``Retain``, ``RetainExceptOnCreate`` or ``Snapshot``; empty if
            it stays.
    """

    logical_id: str
    resource_type: str
    action: Action
    replacement: Replacement = "False"
    changes: tuple[PropertyChange, ...] = ()
    causes: tuple[Cause, ...] = ()
    policy: str = ""

    @property
    def scope(self) -> tuple[str, ...]:
        """The attributes of the resource that change: ``Properties``, ``Tags``, ``Metadata`` and so on, each once."""
        return tuple(dict.fromkeys(_scope_of(change.path) for change in self.changes))


@dataclass(frozen=True, slots=True)
class OutputChange:
    """An output that is not the same any more; None where it is not there."""

    key: str
    before: Output | None
    after: Output | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deployment does.

    Args:
        changes: in the order of work: what comes and changes, dependencies first; then what goes, dependents first.
        outputs: the outputs that change.
    """

    changes: tuple[ResourceChange, ...]
    outputs: tuple[OutputChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do: then CloudFormation refuses an update."""
        return not self.changes and not self.outputs

    def __getitem__(self, logical_id: str) -> ResourceChange:
        """What happens to a resource.

        Raises:
            KeyError: nothing does.
        """
        found = next((change for change in self.changes if change.logical_id == logical_id), None)
        if found is None:
            raise KeyError(logical_id)
        return found

    def __contains__(self, logical_id: str) -> bool:
        """Whether something happens to a resource."""
        return any(change.logical_id == logical_id for change in self.changes)


@refuses_depth
def plan(before: Evaluator | None, after: Evaluator | None) -> Plan:
    """What leads from one deployment to another.

    References to a resource that is replaced are unknown in it, so that what they change is found; what else is known,
    is compared as it is.

    Args:
        before: what is there; None if nothing is.
        after: what is to be there; None if all is to go.

    Raises:
        TemplateError: the change cannot be: a resource would have another type; or one of both is no deployment.
    """
    made: tuple[ResourceChange, ...] = ()
    if after:
        if before:
            _check_types(before, after)
        ahead = _Ahead(after)
        after = after.with_resources(ahead)
        made = tuple(_made(before, after, ahead))
    gone: tuple[ResourceChange, ...] = ()
    if before:
        kept = {*after.active()} if after else set()
        gone = tuple(_removed(before, name) for name in removal_order(before) if name not in kept)
    return Plan((*made, *gone), tuple(_outputs(before, after)))


def removal_order(evaluator: Evaluator) -> list[str]:
    """The logical ids of what is deployed in the order in which it is deleted, dependents first."""
    return order(evaluator.template, evaluator.active(), evaluator.taken)[::-1]


def _check_types(before: Evaluator, after: Evaluator) -> None:
    old = {*before.active()}
    both = [name for name in after.active() if name in old]
    other = [name for name in both if before.resource_type(name) != after.resource_type(name)]
    if other:
        raise TemplateError(
            "Update of resource type is not permitted. The new template modifies resource type of the following "
            f"resources: [{', '.join(other)}]",
        )


def _made(before: Evaluator | None, after: Evaluator, ahead: "_Ahead") -> Iterator[ResourceChange]:
    old = {*before.active()} if before else set()
    for logical_id in order(after.template, after.active(), after.taken):
        if before and logical_id in old:
            change = _modified(before, after, logical_id, ahead)
        else:
            change = ResourceChange(logical_id, after.resource_type(logical_id), "Add")
        if change:
            ahead.add(change)
            yield change


def _default_policy(evaluator: Evaluator, logical_id: str) -> str:
    """Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html."""
    resource_type = evaluator.resource_type(logical_id)
    alone = resource_type == _INSTANCE and _OF_CLUSTER not in evaluator.properties(logical_id)
    return "Snapshot" if alone or resource_type == _CLUSTER else "Delete"


def _removed(before: Evaluator, logical_id: str) -> ResourceChange:
    resource_type = before.resource_type(logical_id)
    policy = before.policy(logical_id, "DeletionPolicy") or _default_policy(before, logical_id)
    return ResourceChange(logical_id, resource_type, "Remove", policy=str(policy))


def _modified(before: Evaluator, after: Evaluator, logical_id: str, ahead: "_Ahead") -> ResourceChange | None:
    resource_type = after.resource_type(logical_id)
    changes = [
        ahead.weighed(change)
        for change in difference(resource_type, before.properties(logical_id), after.properties(logical_id))
    ]
    for name in _ATTRIBUTES:
        was, becomes = before.policy(logical_id, name), after.policy(logical_id, name)
        if not same(was, becomes):
            one, other = ABSENT if was is None else was, ABSENT if becomes is None else becomes
            changes.append(PropertyChange(f"/{name}", one, other, "Never"))
    if not changes:
        return None
    replacement = _replacement(changes)
    return ResourceChange(
        logical_id,
        resource_type,
        "Modify",
        replacement,
        tuple(changes),
        tuple(cause for change in changes for cause in _causes(before, after, logical_id, change, ahead)),
        "" if replacement == "False" else str(after.policy(logical_id, "UpdateReplacePolicy") or "Delete"),
    )


def _replacement(changes: list[PropertyChange]) -> Replacement:
    requires = {change.requires for change in changes}
    return "True" if "Always" in requires else "Conditional" if "Conditionally" in requires else "False"


class _Ahead:
    """The resources of a deployment while it is planned: of those that are made anew, nothing is known.

    Args:
        evaluator: the deployment.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._base: Resources = evaluator.resources
        self._changes: dict[str, ResourceChange] = {}

    def add(self, change: ResourceChange) -> None:
        """Note what happens to a resource."""
        self._changes[change.logical_id] = change

    def ref(self, logical_id: str) -> Any:
        """What ``Ref`` of a resource will be."""
        return _new(logical_id, logical_id) if self.is_new(logical_id) else self._base.ref(logical_id)

    def attribute(self, logical_id: str, name: str) -> Any:
        """What ``Fn::GetAtt`` of a resource will be."""
        if self.may_vary(logical_id, name):
            return _new(f"{logical_id}.{name}", logical_id)
        return self._base.attribute(logical_id, name)

    def is_new(self, logical_id: str) -> bool:
        """Whether a resource is made anew, or may be."""
        change = self._changes.get(logical_id)
        return change is not None and (change.action == "Add" or change.replacement != "False")

    def may_vary(self, logical_id: str, name: str) -> bool:
        """Whether an attribute may be another: of a new resource, or of one of which that property changes."""
        change = self._changes.get(logical_id)
        if change is None:
            return False
        path = f"/Properties/{name.replace('.', '/')}"
        properties = [one.path for one in change.changes]
        return (
            self.is_new(logical_id)
            or any(part in name for part in _VARYING)
            or any(f"{path}/".startswith(f"{one}/") or f"{one}/".startswith(f"{path}/") for one in properties)
        )

    def weighed(self, change: PropertyChange) -> PropertyChange:
        """A change that is only possible as long as it is not known whether what it refers to is made anew."""
        if change.requires != "Always":
            return change
        named = [self._changes[name] for name in resources_in(change.after) if name in self._changes]
        if named and all(one.action == "Modify" and one.replacement != "True" for one in named):
            return replace(change, requires="Conditionally")
        return change


def _new(text: str, logical_id: str) -> Any:
    return Source(f"{text} (new)", frozenset({logical_id})).value


def _causes(
    before: Evaluator,
    after: Evaluator,
    logical_id: str,
    change: PropertyChange,
    ahead: _Ahead,
) -> list[Cause]:
    """Why a property changes: what it refers to, and whether the template says it otherwise."""
    path, keys = change.path, change.path.split("/")[1:]
    was, becomes = (_expression(one.template["Resources"][logical_id], keys) for one in (before, after))
    referred = dict.fromkeys(found_in(becomes, after.taken))
    causes = [cause for reference in referred if (cause := _reference_cause(before, after, path, reference, ahead))]
    if not causes and same(was, becomes):
        conditions = after.template.get("Conditions", {})
        referred = dict.fromkeys(one for name in _conditions_in(becomes) for one in found_in(conditions.get(name)))
        causes = [cause for reference in referred if (cause := _reference_cause(before, after, path, reference, ahead))]
    by_parameter = any(cause.reason == "ParameterReference" for cause in causes)
    if by_parameter or not causes or not same(was, becomes):
        causes.append(Cause(path, "DirectModification", evaluation="Dynamic" if by_parameter else "Static"))
    return causes


def _reference_cause(
    before: Evaluator,
    after: Evaluator,
    path: str,
    reference: Reference,
    ahead: _Ahead,
) -> Cause | None:
    name, attribute = reference.name, reference.attribute
    if _is_other_parameter(before, after, name):
        return Cause(path, "ParameterReference", name)
    if attribute and ahead.may_vary(name, attribute):
        evaluation: Literal["Static", "Dynamic"] = "Static" if ahead.is_new(name) else "Dynamic"
        return Cause(path, "ResourceAttribute", f"{name}.{attribute}", evaluation)
    return Cause(path, "ResourceReference", name) if not attribute and ahead.is_new(name) else None


def _is_other_parameter(before: Evaluator, after: Evaluator, name: str) -> bool:
    return name in after.parameters and not same(before.parameters.get(name), after.parameters[name])


def _expression(entry: Any, keys: list[str]) -> Any:
    """What the template says at a path, or of the nearest that is an object of its own, not a function."""
    for key in keys:
        if not isinstance(entry, dict) or key not in entry:
            break
        entry = entry[key]
    return entry


def _conditions_in(value: Any) -> Iterator[str]:
    match value:
        case {"Fn::If": [str(name), *branches]}:
            yield name
            yield from _conditions_in(branches)
        case dict():
            for member in value.values():
                yield from _conditions_in(member)
        case list():
            for item in value:
                yield from _conditions_in(item)


def _outputs(before: Evaluator | None, after: Evaluator | None) -> Iterator[OutputChange]:
    old: Mapping[str, Output] = before.outputs() if before else {}
    new: Mapping[str, Output] = after.outputs() if after else {}
    for key in (*old, *(key for key in new if key not in old)):
        if old.get(key) != new.get(key):
            yield OutputChange(key, old.get(key), new.get(key))


def _scope_of(path: str) -> str:
    _, attribute, *below = path.split("/")
    return "Tags" if attribute == "Properties" and below[0] == "Tags" else attribute
