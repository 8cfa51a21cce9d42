"""AWS::Pipes::Pipe; moto keeps pipes, and moves nothing through them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Pipe(OperationsHandler):
    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        if name == "StateReason":
            return ""
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
