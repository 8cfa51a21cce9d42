"""AWS::Batch::ComputeEnvironment: changed in place, or replaced where its template says so.

Source: https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html
"""

from typing import ClassVar

from constructs_lib.local.stacks.handlers.batch.resources import BatchResources
from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError, Made, Properties

_SCALING = {"MinvCpus", "MaxvCpus", "DesiredvCpus", "SecurityGroupIds", "Subnets"}
"""Compute resources that can always be updated in place."""
_REPLACED_BY = ("ComputeEnvironmentName", "Type", "EksConfiguration", "Tags")


class ComputeEnvironments(BatchResources):
    """Makes compute environments."""

    name_property: ClassVar = "ComputeEnvironmentName"
    arn_attribute: ClassVar = "ComputeEnvironmentArn"

    def make(self, desired: Desired, properties: Properties) -> str:
        """Make one."""
        arn = str(self.call(desired, "CreateComputeEnvironment", properties)["computeEnvironmentArn"])
        try:
            self._check(arn, desired)
        except HandlerError:
            self.delete(Made(arn), desired)
            raise
        return arn

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Whether a change makes another one."""
        old, new = before.properties, desired.properties
        if any(old.get(name) != new.get(name) for name in _REPLACED_BY):
            return True
        # ReplaceComputeEnvironment is true unless the template says otherwise.
        may_be_replaced = str(new.get("ReplaceComputeEnvironment", True)).lower() == "true"
        return may_be_replaced and bool(_changed(old, new) - _SCALING)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change one."""
        old, new = before.properties, desired.properties
        changes = {name: value for name, value in new.items() if name != "ComputeResources"}
        resources = new.get("ComputeResources", {})
        if changed := {name: resources[name] for name in _changed(old, new) if name in resources}:
            changes["ComputeResources"] = changed
        self.call(desired, "UpdateComputeEnvironment", {**changes, "ComputeEnvironment": made.physical_id})
        self._check(made.physical_id, desired)
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete one; it takes no jobs while it goes."""
        if not self._is_there(made, desired):
            return
        self.invoke(desired, "UpdateComputeEnvironment", computeEnvironment=made.physical_id, state="DISABLED")
        self.invoke(desired, "DeleteComputeEnvironment", computeEnvironment=made.physical_id)

    def _check(self, arn: str, desired: Desired) -> None:
        answer = self.invoke(desired, "DescribeComputeEnvironments", computeEnvironments=[arn])
        for found in answer["computeEnvironments"]:
            if found["status"] == "INVALID":
                message = f"Operation failed, ComputeEnvironment went INVALID with error: {found['statusReason']}"
                raise HandlerError(message, "NotStabilized")

    def _is_there(self, made: Made, desired: Desired) -> bool:
        answer = self.invoke(desired, "DescribeComputeEnvironments", computeEnvironments=[made.physical_id])
        return bool(answer["computeEnvironments"])


def _changed(old: Properties, new: Properties) -> set[str]:
    """The names of the compute resources that differ."""
    before, after = old.get("ComputeResources", {}), new.get("ComputeResources", {})
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
