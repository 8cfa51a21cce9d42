"""Jobs stuck in RUNNABLE: cancelled, resubmitted to another queue, or reported."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.superseded import renamed
from constructs_lib.workflows.state_machine import BatchStateMachine
from constructs_lib.workflows.states.mark import Given, machine_comment, remembers_options
from constructs_lib.workflows.watch.act import ActionStates
from constructs_lib.workflows.watch.action import StuckJobAction
from constructs_lib.workflows.watch.arguments import check_action, check_after, check_pattern, check_queues
from constructs_lib.workflows.watch.rules import blocked_jobs_rule, detail_of_jobs, runnable_jobs_rule
from constructs_lib.workflows.watch.wait import wait_for_start


@renamed("tell_blocked", to="blocked_topic")
@checked
class RunnableWatch(Construct):
    """Watches job queues, and acts on each job that has been RUNNABLE for too long.

    An event starts an execution for each job. It waits, describes the job, and if the job still waits, starts the
    execution that acts on it. A job that is retried gets the whole time again. An array job is watched as a whole: it
    is stuck if no child has started, and left alone once one has. Jobs that were waiting when the watch was deployed
    are not watched.

    Jobs that no environment can hold are cancelled by the queue itself: ``cancel_unplaceable_after`` of a `JobQueue`,
    and ``cancel_without_capacity_after`` for capacity that AWS does not have. They need no watch; one that resubmits or
    notifies goes on with those that the queue has cancelled, arrays excepted.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html and
    https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queues: which are watched, in the account and region of the stack.
        after: how long a job may be RUNNABLE, 10 minutes or more; longer than jobs wait for their turn.
        action: what to do with a job that has waited longer.
        jobs: the definitions whose jobs are watched; a resubmission needs them, to be allowed to submit these and
            nothing else. Default: all jobs of the queues.
        blocked_topic: a topic to notify at once, whatever the action, of each job that AWS Batch finds to block a
            queue, with the reason. Default: none.

    Raises:
        ConfigurationError: no queue, one twice, more queues and definitions than an event rule can name, a time out of
            range, an action that does nothing, or a resubmission to a watched queue, without ``jobs``, of jobs that
            cannot be copied, without a share for a queue that requires one or with one for a queue that has none.
    """

    _given: Given

    @remembers_options
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queues: Sequence[batch.IJobQueue],
        after: Duration,
        action: StuckJobAction,
        jobs: Sequence[batch.IJobDefinition] | None = None,
        blocked_topic: sns.ITopic | None = None,
    ) -> None:
        place = ArgumentPath("RunnableWatch", scope, construct_id)
        check_after(place, after)
        check_queues(place, queues)
        check_action(place, action, queues, jobs)
        check_pattern(place, queues, jobs)
        super().__init__(scope, construct_id)
        detail = detail_of_jobs(self, queues, jobs)
        self.acting: sfn.StateMachine = self._acting_machine(action, jobs or ())
        """Has an execution for each job that was stuck."""
        self.waiting: sfn.StateMachine = self._waiting_machine(after)
        """Has an execution for each job that waits, or did."""
        self.rule: events.Rule = runnable_jobs_rule(
            self, detail=detail, cancelled=bool(action.queue or action.topic), machine=self.waiting
        )
        if blocked_topic:
            blocked_jobs_rule(self, detail=detail, topic=blocked_topic)

    def _acting_machine(self, action: StuckJobAction, jobs: Sequence[batch.IJobDefinition]) -> BatchStateMachine:
        states = Construct(self, "ActingStates")
        start = ActionStates(states, action=action, jobs=jobs, watch=self.node.path).start()
        what = "Acts on a job that has been RUNNABLE for too long."
        comment = machine_comment(self._given, what=what, start=start)
        return BatchStateMachine(self, "Acting", definition=start, comment=comment)

    def _waiting_machine(self, after: Duration) -> BatchStateMachine:
        start = wait_for_start(Construct(self, "WaitingStates"), after=after, machine=self.acting)
        what = "Waits for a job to start, and hands it over when it has not."
        comment = machine_comment(self._given, what=what, start=start)
        return BatchStateMachine(self, "Waiting", definition=start, comment=comment)
