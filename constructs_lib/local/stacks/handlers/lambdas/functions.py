"""AWS::Lambda::Function.

moto keeps neither dead letters, file systems, snapshots nor runtime management of a function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import lambda_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.contract.tags import Tagging
from constructs_lib.local.stacks.handlers.lambdas.code import code

_DEFAULTS: Properties = {
    "Description": "",
    "Environment": {"Variables": {}},
    "Layers": [],
    "MemorySize": 128,
    "Timeout": 3,
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}
_STORAGE_MIB = 512


@dataclass(frozen=True, kw_only=True)
class _Function(OperationsHandler):
    """A function; its code and its configuration are changed by an operation each."""

    def given(self, desired: Desired) -> Properties:
        given = super().given(desired)
        return {**given, "Code": code(given)}

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        client, which = desired.services.client(self.service), self.keys(made, desired)
        if change.touches("Code", "Architectures"):
            wanted = {**change.after["Code"], "Architectures": change.after.get("Architectures", ["x86_64"])}
            client.update_function_code(**which, **input_of(client, "update_function_code", wanted))
        super().change(made, desired, change)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Set what the operations of moto do not."""
        client, after = desired.services.client(self.service), change.after
        function = _function(desired, made.physical_id)
        logging = after.get("LoggingConfig", {})
        function.logs_group_name = logging.get("LogGroup", f"/aws/lambda/{made.physical_id}")
        function.tracing_config = after.get("TracingConfig") or {"Mode": "PassThrough"}
        function.ephemeral_storage = int(after.get("EphemeralStorage", {}).get("Size", _STORAGE_MIB))
        function.kms_key_arn = after.get("KmsKeyArn")
        if change.touches("ReservedConcurrentExecutions"):
            which = self.keys(made, desired)
            if "ReservedConcurrentExecutions" in after:
                reserved = int(after["ReservedConcurrentExecutions"])
                client.put_function_concurrency(**which, ReservedConcurrentExecutions=reserved)
            else:
                client.delete_function_concurrency(**which)


def _function(desired: Desired, name: str) -> Any:
    return lambda_backends[desired.services.account][desired.services.region].get_function(name)


HANDLERS: dict[str, Handler] = {
    "AWS::Lambda::Function": _Function(
        service="lambda",
        makes="create_function",
        changes="update_function_configuration",
        removes="delete_function",
        reads="get_function",
        key="FunctionName",
        name="FunctionName",
        paths={
            "Arn": "Configuration.FunctionArn",
            "SnapStartResponse": "Configuration.SnapStart",
            "SnapStartResponse.ApplyOn": "Configuration.SnapStart.ApplyOn",
            "SnapStartResponse.OptimizationStatus": "Configuration.SnapStart.OptimizationStatus",
        },
        defaults=_DEFAULTS,
        tagging=Tagging(),
        tagged="Arn",
    ),
}
