"""State machines with logs and traces: what the library's own are, and what `BatchStateMachine` adds triggers to."""

from typing import Any

from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.execution_logs import execution_logs


class LoggedStateMachine(sfn.StateMachine):
    """A state machine with logs, which have no data of executions, and traces.

    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and
    https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        definition: the first state, a chain or a fan-out.
        kind: of the state machine. Default: a standard one.
        log_retention: retention of the logs. Default: one month.
        options: others of aws-cdk-lib's StateMachine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: sfn.IChainable,
        kind: sfn.StateMachineType = sfn.StateMachineType.STANDARD,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        **options: Any,
    ) -> None:
        self.log_group: logs.ILogGroup = execution_logs(scope, construct_id, log_retention)
        super().__init__(
            scope,
            construct_id,
            state_machine_type=kind,
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
            **options,
        )
