"""A deadline for jobs in RUNNABLE, after which they are cancelled, resubmitted or reported."""

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
from constructs_lib.workflows.logged_state_machine import LoggedStateMachine
from constructs_lib.workflows.states.mark import Given, machine_comment, remembers_options
from constructs_lib.workflows.watch.act import ActionStates
from constructs_lib.workflows.watch.action import StuckJobAction
from constructs_lib.workflows.watch.arguments import check_action, check_after, check_pattern, check_queues
from constructs_lib.workflows.watch.rules import blocked_jobs_rule, detail_of_jobs, runnable_jobs_rule
from constructs_lib.workflows.watch.wait import wait_for_start


@renamed("tell_blocked", to="blocked_topic")
@checked
class RunnableWatch(Construct):
    """Watches job queues, and cancels, resubmits or reports each job that has been RUNNABLE for too long.

    An event starts an execution for each job. The execution waits for the time ``after`` and describes the job; if the
    job is still RUNNABLE, it starts a second execution, which acts on the job. A retried job gets the whole time again.
    An array job is watched as a whole: it is stuck if no child has started. Jobs that were already waiting when the
    watch was deployed are not watched.

    A `JobQueue` itself cancels jobs that no environment can hold (``cancel_unplaceable_after``) or for which AWS has no
    capacity (``cancel_without_capacity_after``); these need no watch. A watch that resubmits or notifies also acts on
    jobs that the queue has cancelled, except array jobs.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html and
    https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queues: the watched queues, in the account and region of the stack.
        after: how long a job may be RUNNABLE, 10 minutes or more; choose it longer than jobs normally wait for
            capacity.
        action: on a job that has been RUNNABLE for longer.
        jobs: the definitions whose jobs are watched; required for a resubmission, which may submit only these. Default:
            all jobs of the queues.
        blocked_topic: a topic that is notified at once, with the reason, of each job that AWS Batch reports as blocking
            its queue. Default: no topic.

    Raises:
        ConfigurationError: no queues, a queue that occurs twice or is in another account or region, more queues and
            definitions than an event rule can name, a time out of range, an action that does nothing, or a resubmission
            to a watched queue, without ``jobs``, of jobs that cannot be copied, without a share identifier for a fair-
            share queue, or with one for another queue.
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
        check_queues(place, scope, queues)
        check_action(place, action, queues, jobs)
        check_pattern(place, queues, jobs)
        super().__init__(scope, construct_id)
        detail = detail_of_jobs(self, queues, jobs)
        self.acting: sfn.StateMachine = self._acting_machine(action, jobs or ())
        """The state machine with an execution for each stuck job."""
        self.waiting: sfn.StateMachine = self._waiting_machine(after)
        """The state machine with an execution for each job that became RUNNABLE."""
        self.rule: events.Rule = runnable_jobs_rule(
            self, detail=detail, cancelled=bool(action.queue or action.topic), machine=self.waiting
        )
        if blocked_topic:
            blocked_jobs_rule(self, detail=detail, topic=blocked_topic)

    def _acting_machine(self, action: StuckJobAction, jobs: Sequence[batch.IJobDefinition]) -> LoggedStateMachine:
        states = Construct(self, "ActingStates")
        start = ActionStates(states, action=action, jobs=jobs, watch=self.node.path).start()
        what = "Acts on a job that has been RUNNABLE for too long."
        comment = machine_comment(self._given, what=what, start=start)
        return LoggedStateMachine(self, "Acting", definition=start, comment=comment)

    def _waiting_machine(self, after: Duration) -> LoggedStateMachine:
        start = wait_for_start(Construct(self, "WaitingStates"), after=after, machine=self.acting)
        what = "Waits for a job to start, and hands it over when it has not."
        comment = machine_comment(self._given, what=what, start=start)
        return LoggedStateMachine(self, "Waiting", definition=start, comment=comment)
