"""Gap: a change set of moto names the resources that change, but neither their properties nor what is replaced.

The CDK command line leaves out of its diff what refers to another resource and is not in the change set's details.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

from typing import Any

from moto.cloudformation import responses

from constructs_lib.local.batch.cloudformation.resource import BatchResource

NEVER, CONDITIONALLY, ALWAYS = "Never", "Conditionally", "Always"
_REPLACEMENT = {NEVER: "False", CONDITIONALLY: "Conditional", ALWAYS: "True"}

Properties = dict[str, Any]


def install() -> None:
    """Let DescribeChangeSet answer with what `add` has found."""
    transformers = responses.CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER
    transformers["DescribeChangeSetOutput.Changes"] = lambda changes: [_answer(change) for change in changes]


def add(stack: Any, change_set: Any) -> None:
    """Find the details of a change set: each property that differs, and whether that replaces its resource."""
    before, after = stack.template_dict.get("Resources", {}), change_set.template_dict["Resources"]
    # moto adds empty properties to what it has made, and takes that for a change.
    same = {
        name for name, item in after.items() if {"Properties": {}, **item} == {"Properties": {}, **before.get(name, {})}
    }
    change_set.changes = [change for change in change_set.changes if change.logical_resource_id not in same]
    for change in change_set.changes:
        resource = stack.resource_map._parsed_resources.get(change.logical_resource_id)  # noqa: SLF001 moto's own state
        change.physical_resource_id = getattr(resource, "physical_resource_id", None)
        change.details = {}
        if change.action == "Modify":
            old, new = (item[change.logical_resource_id].get("Properties", {}) for item in (before, after))
            changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
            change.details = {name: _recreation(resource, old, new, name) for name in changed}


def _recreation(resource: Any, old: Properties, new: Properties, name: str) -> str:
    """What a change of one property does; moto does not know it, but the resources of AWS Batch do."""
    if not isinstance(resource, BatchResource):
        return CONDITIONALLY
    without = {key: value for key, value in old.items() if key != name}
    changed = {**without, name: new[name]} if name in new else without
    return ALWAYS if type(resource)(resource.physical_resource_id, old).must_be_replaced(changed) else NEVER


def _answer(change: Any) -> dict[str, Any]:
    answer = {
        "Action": change.action,
        "LogicalResourceId": change.logical_resource_id,
        "PhysicalResourceId": change.physical_resource_id,
        "ResourceType": change.resource_type,
        "Details": [_detail(name, recreation) for name, recreation in change.details.items()],
    }
    if change.action == "Modify":
        worst = max(change.details.values(), key=list(_REPLACEMENT).index, default=NEVER)
        answer |= {"Replacement": _REPLACEMENT[worst], "Scope": ["Properties"] if change.details else []}
    return {"Type": "Resource", "ResourceChange": answer}


def _detail(name: str, recreation: str) -> dict[str, Any]:
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}
