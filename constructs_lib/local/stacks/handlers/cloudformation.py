"""What CloudFormation itself has in templates and makes nothing of, and the CDK's line about itself.

No machine of a stack runs, so none can signal: a wait condition has had its signals as soon as it is there. Its handle
is also what templates write for nothing, for one that would have no resource otherwise.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html
"""

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler
from constructs_lib.local.stacks.handlers.contract.kept_handler import KeptHandler


def _signal_url(desired: Desired) -> str:
    """Where a handle would take signals; its AWS signs the address."""
    region = desired.services.region
    host = f"cloudformation-waitcondition-{region}.s3.{region}.amazonaws.com"
    return f"https://{host}/{desired.stack_id}/{desired.name}"


HANDLERS: dict[str, Handler] = {
    "AWS::CDK::Metadata": KeptHandler(lambda desired: desired.name, {"Id": lambda made, _: made.physical_id}),
    "AWS::CloudFormation::WaitCondition": KeptHandler(
        lambda desired: f"{desired.stack_id}/{desired.logical_id}",
        {"Id": lambda made, _: made.physical_id, "Data": lambda *_: "{}"},
    ),
    "AWS::CloudFormation::WaitConditionHandle": KeptHandler(_signal_url, {"Id": lambda made, _: made.physical_id}),
}
