"""Addresses in the console of AWS, in the partition and region of a stack.

Sources: https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/working-with-console.html,
https://docs.amazonaws.cn/en_us/aws/latest/userguide/introduction.html and
https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/getting-started-sign-in.html
"""

from typing import Final

from aws_cdk import CfnMapping, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.pseudo import partition, region

_DOMAINS: Final = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
_ID: Final = "ConstructsLibConsoles"


class Console:
    """The console of the account that a stack is deployed to.

    Args:
        scope: anything of the stack, which gets a mapping of the domains.
    """

    def __init__(self, scope: Construct) -> None:
        stack = Stack.of(scope)
        mapping = stack.node.try_find_child(_ID)
        if not isinstance(mapping, CfnMapping):
            mapping = CfnMapping(stack, _ID, mapping={name: {"domain": domain} for name, domain in _DOMAINS.items()})
        self._domain = mapping.find_in_map(partition(), "domain")

    def queue(self, queue: batch.IJobQueue) -> str:
        """The page of a job queue."""
        return self._page("batch", f"queues/detail/{queue.job_queue_arn}")

    def environment(self, environment: IComputeEnvironmentRef) -> str:
        """The page of a compute environment."""
        return self._page(
            "batch", f"compute-environments/detail/{environment.compute_environment_ref.compute_environment_arn}"
        )

    def machine(self, machine: sfn.IStateMachine) -> str:
        """The page of a state machine, with its executions."""
        return self._page("states", f"/statemachines/view/{machine.state_machine_arn}")

    def _page(self, service: str, path: str) -> str:
        return f"https://{region()}.{self._domain}/{service}/home?region={region()}#{path}"
