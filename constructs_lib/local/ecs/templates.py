"""Gap: moto keeps four properties of a task definition in a template, and deletes none.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html
"""

import inspect
import uuid
from typing import Any

from botocore import xform_name
from moto.core.utils import get_service_model
from moto.ecs.models import TaskDefinition, ecs_backends

from constructs_lib.local.batch.casing import convert


def install() -> None:
    """Keep all of it."""
    TaskDefinition.create_from_cloudformation_json = classmethod(_create)
    TaskDefinition.update_from_cloudformation_json = classmethod(_update)
    TaskDefinition.delete = _delete


def _create(_: Any, /, name: str, resource: dict[str, Any], account_id: str, region_name: str, **__: Any) -> Any:
    backend = ecs_backends[account_id][region_name]
    accepted = inspect.signature(backend.register_task_definition).parameters
    model = get_service_model("ecs").operation_model("RegisterTaskDefinition")
    request = {xform_name(key): value for key, value in convert(model.input_shape, resource["Properties"]).items()}
    request.setdefault("family", f"{name}-{uuid.uuid4().hex[:8]}")
    return backend.register_task_definition(**{key: value for key, value in request.items() if key in accepted})


def _update(cls: Any, /, original_resource: Any, new_resource_name: str, cloudformation_json: Any, **where: str) -> Any:
    properties = {"Family": original_resource.family, **cloudformation_json["Properties"]}
    made = _create(cls, new_resource_name, {**cloudformation_json, "Properties": properties}, **where)
    ecs_backends[where["account_id"]][where["region_name"]].deregister_task_definition(original_resource.arn)
    return made


def _delete(self: Any, account_id: str, region_name: str) -> None:
    ecs_backends[account_id][region_name].deregister_task_definition(self.arn)
