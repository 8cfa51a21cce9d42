"""A Task state that adds the permissions that it needs to the role of its state machine."""

from collections.abc import Sequence
from typing import Any

import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.pseudo import partition


class TaskState(sfn.CustomState):
    """A service integration in JSONata, which adds its statements to the role of the state machine that uses it.

    The state names its query language itself, so that it works in JSONPath state machines, too.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        resource: the integration, such as ``batch:submitJob.sync``.
        arguments: of the call; strings between ``{%`` and ``%}`` are JSONata.
        outputs: the output of the state.
        statements: permissions of the role of the state machine.
        comment: what the state does, for readers of the definition.
        timeout_seconds: after which it fails with ``States.Timeout``. Default: no timeout.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resource: str,
        arguments: Any,
        outputs: Any,
        statements: Sequence[iam.PolicyStatement],
        comment: str,
        timeout_seconds: float | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            state_json={
                "Type": "Task",
                "Comment": comment,
                "Resource": f"arn:{partition()}:states:::{resource}",
                "Arguments": arguments,
                "Output": outputs,
                **({"TimeoutSeconds": timeout_seconds} if timeout_seconds else {}),
            },
        )
        self._statements = tuple(statements)

    @property
    @jsii.member(jsii_name="queryLanguage")
    def _query_language(self) -> sfn.QueryLanguage:
        # aws-cdk-lib has no such option for custom states, and without it drops the Output of their Catch.
        return sfn.QueryLanguage.JSONATA

    @jsii.member(jsii_name="whenBoundToGraph")
    def _when_bound_to_graph(self, graph: sfn.StateGraph) -> None:
        super()._when_bound_to_graph(graph)
        for statement in self._statements:
            graph.register_policy_statement(statement)
