"""What happens to a resource, where the plan leaves open whether it is made anew, too.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-computeenvironment.html
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from constructs_lib.templates.differences import PropertyChange, same
from constructs_lib.templates.plan import Plan, Replacement, ResourceChange
from constructs_lib.templates.schemas import schema
from constructs_lib.templates.texts import text_of
from constructs_lib.templates.unknown import Source, Unknown, is_known

ENVIRONMENT: Final = "AWS::Batch::ComputeEnvironment"

Outcome = Literal["created", "updated", "replaced", "may be replaced", "deleted"]


def outcome(change: ResourceChange, after: Any) -> Outcome:
    """What happens to a resource.

    Args:
        change: of the plan.
        after: its properties afterwards, which decide about compute environments.
    """
    if change.action != "Modify":
        return "created" if change.action == "Add" else "deleted"
    if change.replacement == "Conditional":
        return _conditional(change, after)
    return "replaced" if change.replacement == "True" else "updated"


def may_replace(change: ResourceChange, after: Any) -> bool:
    """Whether a resource is made anew, or may be."""
    return outcome(change, after) in ("replaced", "may be replaced")


def _conditional(change: ResourceChange, after: Any) -> Outcome:
    """Compute environments say themselves whether a conditional change makes another one; of others AWS decides."""
    deciding = [item.path.split("/")[2:4] for item in change.changes if item.requires == "Conditionally"]
    anew = after.get("ReplaceComputeEnvironment", True)
    if change.resource_type != ENVIRONMENT or not is_known(anew) or any(path not in _rolling() for path in deciding):
        return "may be replaced"
    if text_of(anew).lower() != "true":
        return "updated"
    always_in_place = ("SecurityGroupIds", "Subnets") if is_fargate(after) else ()
    return "replaced" if any(name not in always_in_place for _, name in deciding) else "updated"


def _rolling() -> list[list[str]]:
    """The properties whose change needs other instances, of the same environment or of another one."""
    found = schema(ENVIRONMENT)
    return [path.split("/")[1:3] for path in found.conditional_create_only] if found else []


def is_fargate(properties: Any) -> bool:
    """Whether a compute environment is on Fargate."""
    resources = properties.get("ComputeResources")
    return isinstance(resources, dict) and str(resources.get("Type", "")).upper().startswith("FARGATE")


def settled(plan: Plan, after: Mapping[str, Any]) -> Plan:
    """A plan without what would only follow from replacements that do not happen.

    Args:
        plan: of CloudFormation, to whom every conditional change may be one.
        after: the properties of each resource afterwards, by logical id.
    """
    in_place: set[str] = set()
    changes = []
    for change in plan.changes:
        left = tuple(item for item in change.changes if not _follows(item, in_place))
        kept = change
        if len(left) < len(change.changes):
            if not left:
                continue
            paths = {item.path for item in left}
            causes = tuple(cause for cause in change.causes if cause.path in paths)
            kept = replace(change, changes=left, causes=causes, replacement=_replacement(left))
        changes.append(kept)
        properties = after.get(kept.logical_id, {})
        if kept.replacement == "Conditional" and outcome(kept, properties) == "updated":
            in_place.add(kept.logical_id)
    return replace(plan, changes=tuple(changes))


def _replacement(changes: Iterable[PropertyChange]) -> Replacement:
    requires = {change.requires for change in changes}
    return "True" if "Always" in requires else "Conditional" if "Conditionally" in requires else "False"


def _follows(change: PropertyChange, in_place: Collection[str]) -> bool:
    return bool(in_place) and same(change.before, _as_before(change.after, in_place))


def _as_before(value: Any, in_place: Collection[str]) -> Any:
    """A value with the old resource in the place of the new one that there will not be."""
    if isinstance(value, dict):
        return {key: _as_before(member, in_place) for key, member in value.items()}
    if isinstance(value, list):
        return [_as_before(item, in_place) for item in value]
    if not isinstance(value, Unknown):
        return value
    parts = (part if isinstance(part, str) else _source(part, in_place) for part in value.parts)
    return replace(value, parts=tuple(parts))


def _source(source: Source, in_place: Collection[str]) -> Source:
    names = "|".join(sorted(map(re.escape, in_place)))
    return replace(source, text=re.sub(rf"\b((?:{names})(?:\.[\w.]+)?) \(new\)", r"\1", source.text))


def unchanged_name(change: ResourceChange, before: Any, after: Any) -> str | None:
    """The property by which a template names what is to be made anew, if the name stays: then the making fails.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
    """
    found = schema(change.resource_type)
    name = found.name_property if found else None
    if not name or name not in after or not same(before.get(name), after[name]):
        return None
    return name
