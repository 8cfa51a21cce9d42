"""The states that act on a job that has been RUNNABLE for too long."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.pseudo import account_id, partition, region
from constructs_lib.limits import MAX_REASON_CHARACTERS
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_batch
from constructs_lib.workflows.watch.action import StuckJobAction
from constructs_lib.workflows.watch.copy_of_job import RESUBMITTED_FROM, look_up_definition, submit_copy
from constructs_lib.workflows.watch.message import tell
from constructs_lib.workflows.watch.wait import describe_job

# The pause doubles each time: a history is limited to 25,000 events, and a queue may be long.
_FIRST_PAUSE_SECONDS: Final = 60
_LONGEST_PAUSE_SECONDS: Final = 3_600


class ActionStates:
    """The states from the start of the action on a job to the end of the watch.

    Args:
        scope: of the states.
        action: of the watch.
        jobs: the definitions that the watch may submit.
        watch: the watch's path, for the reason that a cancelled job shows.
    """

    def __init__(
        self, scope: Construct, *, action: StuckJobAction, jobs: Sequence[batch.IJobDefinition], watch: str
    ) -> None:
        self._scope = scope
        self._action = action
        self._jobs = jobs
        self._watch = watch

    def start(self) -> sfn.IChainable:
        """The first state; its input is the output of the waiting states."""
        end = self._end()
        if not self._action.cancels:
            return self._let_wait(end)
        look = describe_job(
            self._scope, "Look at job", outputs=self._looked(), comment="Whether it can be, or is, cancelled."
        )
        pause = sfn.Wait.jsonata(
            self._scope,
            "Wait for cancellation",
            time=sfn.WaitTime.seconds("{% $states.input.pauseSeconds %}"),
            comment="A job behind the head of its queue stays RUNNABLE until it gets there.",
        )
        check = sfn.Choice.jsonata(self._scope, "Check job", comment="What has become of the job.")
        check.when(_outcome("waiting"), self._cancel(look), comment="It waits")
        check.when(_outcome("asked"), pause.next(look), comment="It is being cancelled")
        if self._action.queue:
            again = sfn.Condition.jsonata("{% $states.input.again %}")
            check.when(again, self._submit_again(end), comment="It is cancelled, and no copy itself")
        check.otherwise(end)
        return look.next(check)

    def _looked(self) -> str:
        return program(__file__, "looked").bind(
            resubmittedFrom=RESUBMITTED_FROM,
            copiesStay=self._action.queue is not None,
            firstPause=_FIRST_PAUSE_SECONDS // 2,
            longestPause=_LONGEST_PAUSE_SECONDS,
        )

    def _let_wait(self, end: sfn.IChainable) -> sfn.IChainable:
        outputs = jsonata('$merge([$states.input, {"outcome": $states.input.cancelled ? "cancelled" : "left"}])')
        leave = sfn.Pass.jsonata(self._scope, "Let it wait", outputs=outputs, comment="Nothing is done to the job.")
        return leave.next(end)

    def _cancel(self, then: TaskState) -> TaskState:
        reason = program(__file__, "cancel_reason").bind(by=self._watch, most=MAX_REASON_CHARACTERS)
        task = TaskState(
            self._scope,
            "Cancel job",
            resource="aws-sdk:batch:cancelJob",
            arguments={"JobId": "{% $states.input.jobId %}", "Reason": reason},
            outputs=jsonata('$merge([$states.input, {"asked": true}])'),
            statements=[
                iam.PolicyStatement(
                    actions=["batch:CancelJob"],
                    resources=[f"arn:{partition()}:batch:{region()}:{account_id()}:job/*"],
                )
            ],
            comment="Ends it if it has not started; what runs goes on.",
        )
        retry_throttled_batch(task)
        task.next(then)
        return task

    def _submit_again(self, end: sfn.IChainable) -> sfn.IChainable:
        compare = look_up_definition(self._scope)
        submit = submit_copy(self._scope, self._action, self._jobs)
        if self._action.topic:
            lost = '"outcome": "lost", "error": $states.errorOutput.Error, "cause": $states.errorOutput.Cause'
            for task in (compare, submit):
                task.add_catch(end, errors=["States.ALL"], outputs=jsonata(f"$merge([$states.input, {{{lost}}}])"))
        compare.next(submit)
        submit.next(end)
        return compare

    def _end(self) -> sfn.IChainable:
        done = sfn.Succeed.jsonata(
            self._scope,
            "Say the outcome",
            outputs=program(__file__, "summary").bind(),
            comment="What became of the job.",
        )
        if not self._action.topic:
            return done
        message = tell(self._scope, self._action.topic)
        if not self._action.queue:
            message.next(done)
            return message
        lost = sfn.Fail.jsonata(
            self._scope,
            "Copy was refused",
            error="{% $states.input.error %}",
            cause="{% $states.input.cause %}",
            comment="The job is cancelled and AWS Batch does not take its copy.",
        )
        check = sfn.Choice.jsonata(self._scope, "Check copy", comment="Whether there is a copy, if there should be.")
        check.when(_outcome("lost"), lost, comment="Refused").otherwise(done)
        message.next(check)
        return message


def _outcome(outcome: str) -> sfn.Condition:
    return sfn.Condition.jsonata(f"{{% $states.input.outcome = '{outcome}' %}}")
