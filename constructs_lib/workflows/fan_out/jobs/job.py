"""A job of a round: the queue and the memory are decided when it is submitted."""

from typing import Any

import jsii
from aws_cdk import aws_batch as batch
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.submit.permissions import submit_and_stop
from constructs_lib.workflows.submit.submit_job import SubmitJob


class RoundJob(SubmitJob):
    """A `SubmitJob` whose input has the number of its ``round``; its environment is an expression.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        rounds: where it may run; the role of the state machine may submit to all of these queues.
        job: the job definition.
        submitted_by: value of the tag that marks the jobs of this state.
        arguments: of `SubmitJob`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        rounds: Rounds,
        job: batch.IJobDefinition,
        submitted_by: str,
        **arguments: Any,
    ) -> None:
        super().__init__(scope, construct_id, **arguments, job=job, queue=rounds.queue, submitted_by=submitted_by)
        self._rounds = rounds
        if rounds.fallback_queue:
            self._statements += tuple(submit_and_stop(scope, job, rounds.fallback_queue, submitted_by))

    @jsii.member(jsii_name="toStateJson")
    def to_state_json(self, top_level_query_language: sfn.QueryLanguage | None = None) -> dict[str, Any]:
        """The state as it stands in the definition."""
        state = super().to_state_json(top_level_query_language)
        given = state["Arguments"]
        changed = self._rounds.arguments(given["ContainerOverrides"]["Environment"])
        return {**state, "Arguments": {**given, **changed}}


def submit_job(scope: Construct, construct_id: str, *, rounds: Rounds, **arguments: Any) -> SubmitJob:
    """A state of a fan-out that submits a job: a plain one if there is but one round."""
    if rounds.several:
        return RoundJob(scope, construct_id, rounds=rounds, **arguments)
    return SubmitJob(scope, construct_id, queue=rounds.queue, **arguments)
