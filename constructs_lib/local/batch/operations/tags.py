"""Tags of everything that can have them.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_TagResource.html and its neighbours.
"""

from collections.abc import Mapping
from typing import Any

from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.resources import Resource
from constructs_lib.local.batch.rules.names import check_tags

Request = dict[str, Any]
Response = dict[str, Any]


def tag(engine: Engine, request: Request) -> Response:
    """TagResource: adds tags, and gives those that are there new values."""
    tags = _tags(engine, request["resourceArn"])
    check_tags({**tags, **request["tags"]})
    tags |= request["tags"]
    return {}


def untag(engine: Engine, request: Request) -> Response:
    """UntagResource: takes tags away; those that are not there are none to mention."""
    tags = _tags(engine, request["resourceArn"])
    for key in request["tagKeys"]:
        tags.pop(key, None)
    return {}


def list_tags(engine: Engine, request: Request) -> Response:
    """ListTagsForResource."""
    return {"tags": _tags(engine, request["resourceArn"])}


def _tags(engine: Engine, arn: str) -> dict[str, str]:
    kind, _, name = arn.removeprefix(engine.registry.arn("", "").removesuffix("/")).partition("/")
    if kind == "job":
        return _job_tags(engine, name)
    found = _of_kind(engine.registry, kind, name).get(arn) or refuse(f"{arn} does not exist")
    tags: dict[str, str] = found.description["tags"]
    return tags


def _of_kind(registry: Registry, kind: str, name: str) -> Mapping[str, Resource]:
    match kind:
        case "compute-environment":
            return registry.environments
        case "job-queue":
            return registry.queues
        case "job-definition":
            return {item.arn: item for item in registry.definitions.get(name.partition(":")[0], [])}
        case "scheduling-policy":
            return registry.policies
        case "consumable-resource":
            return registry.consumables
    return {}


def _job_tags(engine: Engine, job_id: str) -> dict[str, str]:
    if ":" in job_id:
        invalid("Tags of the children of array jobs are not supported")
    tags: dict[str, str] = engine.job(job_id).spec.details["tags"]
    return tags
