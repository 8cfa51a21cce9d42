"""What stands for a resource of a type that is not emulated, so that others can refer to it.

``Ref`` gives its logical id, ``Fn::GetAtt`` the logical id and the attribute, or an ARN with it where a policy may need
one. So a job that mounts a file system of a service that moto does not have is deployed, and runs without it.
"""

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made


class StandIn:
    """Makes nothing."""

    def create(self, desired: Desired) -> Made:
        """Make a name."""
        return Made(desired.logical_id)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change nothing."""
        del desired, before
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete nothing."""

    def attribute(self, made: Made, desired: Desired, name: str) -> str:
        """Tell something that is like the attribute."""
        del made
        if name.endswith("Port"):  # rules of security groups take no other text
            return "0"
        if not name.endswith("Arn"):
            return f"{desired.logical_id}.{name}"
        _, service, resource = desired.resource_type.lower().split("::", 2)
        return desired.services.arn(service, f"{resource}/{desired.logical_id}")

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Never."""
        del desired, before
        return False
