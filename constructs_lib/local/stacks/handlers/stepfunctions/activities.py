"""AWS::StepFunctions::Activity.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-activity.html
"""

from typing import ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.stepfunctions.backend import backend_of, forget_tags, in_camel_case, tag


class _Activity(ResourceHandler):
    attributes: ClassVar = {"Arn": lambda activity: activity.arn, "Name": lambda activity: activity.name}

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        name = properties.get("Name", desired.name)
        key = in_camel_case(properties.get("EncryptionConfiguration"))
        activity = backend_of(desired).create_activity(name, encryption_configuration=key)
        return Made(activity.arn, activity)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        tag(desired, made.physical_id, change)

    def remove(self, made: Made, desired: Desired) -> None:
        backend_of(desired).delete_activity(made.physical_id)
        forget_tags(desired, made.physical_id)


HANDLERS: dict[str, Handler] = {"AWS::StepFunctions::Activity": _Activity()}
