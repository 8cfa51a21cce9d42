"""AWS::IAM::InstanceProfile.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html
"""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.iam.backend import backend_of


class _InstanceProfile(ResourceHandler):
    """What gives a role to instances."""

    attributes: ClassVar = {"Arn": lambda profile: profile.arn}

    def make(self, desired: Desired) -> Made:
        name = str(desired.properties.get("InstanceProfileName", desired.name))
        path = desired.properties.get("Path", "/")
        backend_of(desired).create_instance_profile(name=name, path=path, role_names=desired.properties["Roles"])
        return Made(name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        roles = [backend_of(desired).get_role(name) for name in change.after["Roles"]]
        self.read(made, desired).roles = roles

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it; its role stays."""
        backend_of(desired).delete_instance_profile(made.physical_id, ignore_attached_roles=True)

    def read(self, made: Made, desired: Desired) -> Any:
        return backend_of(desired).get_instance_profile(made.physical_id)


HANDLERS: dict[str, Handler] = {"AWS::IAM::InstanceProfile": _InstanceProfile()}
