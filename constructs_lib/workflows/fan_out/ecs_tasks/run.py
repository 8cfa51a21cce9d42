"""The states of one item of an `EcsTaskFanOut`; other items run even when it fails."""

from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.ecs_tasks.network import TaskNetwork
from constructs_lib.workflows.fan_out.ecs_tasks.permissions import run_and_stop
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_ecs

_EVENTS: Final = 4  # of an item: to begin and end its iteration, and to note its failure
_EVENTS_OF_ATTEMPT: Final = 8  # 2 around the state, 4 for its task, and 2 to choose what follows


def events_per_item(attempts: int) -> int:
    """The events in a history of an item that fails at each attempt."""
    return _EVENTS + attempts * _EVENTS_OF_ATTEMPT


@dataclass(frozen=True, kw_only=True)
class TaskRun:
    """The task of an item; `EcsTaskFanOut` documents the fields."""

    cluster: ecs.ICluster
    task_definition: ecs.TaskDefinition
    revision: str
    container_name: str
    network: TaskNetwork
    spot: bool
    on_demand_fallback: bool
    attempts: int
    timeout: Duration

    def states(self, scope: Construct) -> TaskState:
        """The first state, which runs the task.

        Args:
            scope: the fan-out.
        """
        task = TaskState(
            scope,
            "Run task",
            resource="ecs:runTask.sync",
            arguments=self._arguments,
            outputs=program(__file__, "task_ended").bind(name=self.container_name),
            statements=run_and_stop(self.cluster, self.task_definition),
            comment="Runs one item and waits for the end of its task.",
            timeout_seconds=self.timeout.to_seconds(),
        )
        retry_throttled_ecs(task)
        check = sfn.Choice.jsonata(scope, "Check task", comment="Tells whether AWS took the task away.")
        failed = program(__file__, "task_failed").bind(attempts=self.attempts)
        task.add_catch(check, errors=["States.ALL"], outputs=failed)
        again = sfn.Condition.jsonata("{% $exists($states.input.attempt) %}")
        check.when(again, task, comment="Taken away or not started, and not for the last time")
        check.otherwise(sfn.Pass.jsonata(scope, "Note failure", comment="Lets the other items run."))
        return task

    @property
    def _arguments(self) -> dict[str, Any]:
        environment = "{% $states.input.environment %}"
        return {
            "Cluster": self.cluster.cluster_arn,
            "TaskDefinition": self.revision,
            "NetworkConfiguration": self.network.configuration,
            **self._capacity,
            "Overrides": {"ContainerOverrides": [{"Name": self.container_name, "Environment": environment}]},
        }

    @property
    def _capacity(self) -> dict[str, Any]:
        if not self.spot:
            return {"LaunchType": "FARGATE"}
        provider = "FARGATE_SPOT"
        if self.on_demand_fallback:
            provider = jsonata(f"$states.input.attempt < {self.attempts} ? 'FARGATE_SPOT' : 'FARGATE'")
        return {"CapacityProviderStrategy": [{"CapacityProvider": provider, "Weight": 1}]}
