"""AWS::Pipes::Pipe.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Pipe(OperationsHandler):
    """A pipe; one that cannot run, such as for a right that its role lacks, fails."""

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        found = self.read(made, desired)
        if found["CurrentState"].endswith("_FAILED"):
            raise HandlerError(
                f"Pipe {made.physical_id} is {found['CurrentState']}: {found.get('StateReason', '')}", None
            )

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        if name == "StateReason":
            return self.read(made, desired).get("StateReason", "")
        told = super().attribute(made, desired, name)
        return f"{told:%Y-%m-%dT%H:%M:%SZ}" if name.endswith("Time") else told


HANDLERS: dict[str, Handler] = {
    "AWS::Pipes::Pipe": _Pipe(
        service="pipes",
        makes="create_pipe",
        changes="update_pipe",
        removes="delete_pipe",
        reads="describe_pipe",
        key="Name",
        name="Name",
        paths={
            "Arn": "Arn",
            "CreationTime": "CreationTime",
            "CurrentState": "CurrentState",
            "LastModifiedTime": "LastModifiedTime",
        },
        defaults={"Description": "", "DesiredState": "RUNNING", "Enrichment": "", "EnrichmentParameters": {}},
        tagging=Tagging(),
        tagged="Arn",
    ),
}
