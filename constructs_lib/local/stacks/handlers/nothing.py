"""Resource types of which nothing has to be there: what the CDK tells of itself, and conditions to wait for.

A condition to wait for is met at once, as nothing here runs that would signal it.
"""

import secrets

from constructs_lib.local.stacks.handlers.handler import Desired, Handler, Made


class Nothing:
    """Makes a name, and knows no attribute but the data of a condition."""

    def create(self, desired: Desired) -> Made:
        """Make a name."""
        return Made(desired.name)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change nothing."""
        del desired, before
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete nothing."""

    def attribute(self, made: Made, desired: Desired, name: str) -> str:
        """The data that nobody has sent."""
        del made, desired
        if name != "Data":
            raise KeyError(name)
        return "{}"

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Never."""
        del desired, before
        return False


class Handle(Nothing):
    """Makes an address for signals."""

    def create(self, desired: Desired) -> Made:
        """Make an address."""
        host = f"cloudformation-waitcondition-{desired.services.region}.s3.amazonaws.com"
        return Made(f"https://{host}/{desired.logical_id}/{secrets.token_hex(8)}")


HANDLERS: dict[str, Handler] = {
    "AWS::CDK::Metadata": Nothing(),
    "AWS::CloudFormation::WaitCondition": Nothing(),
    "AWS::CloudFormation::WaitConditionHandle": Handle(),
}
