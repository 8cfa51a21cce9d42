"""The pipe from a queue to a starter.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html
"""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct


class Pipe(Construct):
    """Hands the messages of a queue to an express state machine, and deletes those of executions that succeed.

    Args:
        scope: the trigger.
        construct_id: its id in the scope.
        queue: that it reads.
        machine: that it runs, once for each batch.
        batch_size: messages of a batch, at most.
        batch_seconds: for which it waits for more of them.
        enabled: whether it reads.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queue: sqs.IQueue,
        machine: sfn.IStateMachine,
        batch_size: int,
        batch_seconds: float,
        enabled: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        trusted = iam.ServicePrincipal("pipes.amazonaws.com", conditions=conditions)
        self.role: iam.Role = iam.Role(self, "Role", assumed_by=trusted, description="Of a pipe: reads its queue")
        for statement in _statements(queue, machine):
            self.role.add_to_policy(statement)
        self.resource: pipes.CfnPipe = pipes.CfnPipe(
            self,
            "Resource",
            role_arn=self.role.role_arn,
            source=queue.queue_arn,
            source_parameters=pipes.CfnPipe.PipeSourceParametersProperty(
                sqs_queue_parameters=pipes.CfnPipe.PipeSourceSqsQueueParametersProperty(
                    batch_size=batch_size, maximum_batching_window_in_seconds=batch_seconds or None
                )
            ),
            target=machine.state_machine_arn,
            target_parameters=pipes.CfnPipe.PipeTargetParametersProperty(
                step_function_state_machine_parameters=pipes.CfnPipe.PipeTargetStateMachineParametersProperty(
                    invocation_type="REQUEST_RESPONSE"  # so that a message stays in its queue if it fails
                )
            ),
            desired_state="RUNNING" if enabled else "STOPPED",
        )
        # CreatePipe tries whether the role may read the queue.
        self.resource.node.add_dependency(self.role.node.find_child("DefaultPolicy"))


def _statements(queue: sqs.IQueue, machine: sfn.IStateMachine) -> list[iam.PolicyStatement]:
    read = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    key = queue.encryption_master_key
    return [
        iam.PolicyStatement(actions=read, resources=[queue.queue_arn]),
        iam.PolicyStatement(actions=["states:StartSyncExecution"], resources=[machine.state_machine_arn]),
        *([iam.PolicyStatement(actions=["kms:Decrypt"], resources=[key.key_arn])] if key else []),
    ]
