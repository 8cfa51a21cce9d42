"""A state machine or jobs for the messages of a queue."""

from typing import Final, cast

from aws_cdk import Annotations, Duration
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import MAX_FIFO_BATCH
from constructs_lib.rules import Caution, Rule
from constructs_lib.triggers.batches import check_batch_size, seconds_of_window
from constructs_lib.triggers.dead_letters import check_dead_letter_queue
from constructs_lib.triggers.names import execution_name
from constructs_lib.triggers.pipe import Pipe
from constructs_lib.triggers.places import check_pipes, check_reach, check_source, warn_of_region
from constructs_lib.triggers.starter import Reading, Starter
from constructs_lib.triggers.submit_target import SubmitTarget
from constructs_lib.triggers.target import check_target
from constructs_lib.triggers.trigger import Trigger

_SECONDS: Final = 15
_HIDDEN_SECONDS: Final = 30
"""For which Amazon SQS hides a message that is read, unless its queue says otherwise."""

_IDS: Final = "$states.input.messageId"
_READING: Final = Reading(
    # A message in JSON is an object; any other is a text, and stays one.
    target_input="{'items': [$states.input.($contains(body, /^\\s*\\{/) ? $parse(body) : body)]}",
    name=execution_name(
        f"$count({_IDS}) = 1 ? {_IDS} : $string($count({_IDS})) & '-messages'", f"$join($sort([{_IDS}]), ' ')"
    ),
)


@checked
class QueueTrigger(Trigger):
    """Starts an execution of a state machine, or submits a job, for the messages of an SQS queue.

    The input of an execution is ``{"items": [body, …]}``, one item for each message: a body that begins with ``{`` as
    the object that its JSON is, any other as its text. The expressions of a `SubmitTarget` see the same.

    A pipe of EventBridge Pipes reads the queue, and an express state machine starts the target under a name that is
    made of the ids of the messages: a message that is delivered twice by itself starts one execution. A message that
    could not be started goes back to the queue, if the queue has a dead-letter queue of its own, and in the end there;
    else the starter puts it into that of the trigger, with the reason.
    Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html and
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queue: of this app or imported, in the account and region of the stack.
        target: a state machine, or a `SubmitTarget`; of this app or imported.
        batch_size: messages that start one execution, at most: up to 10,000, of a FIFO queue 10. Default: 1.
        batch_window: for how long it waits for that many, up to five minutes; not for FIFO queues. Default: it does
            not wait.
        enabled: whether messages are read. Default: they are.
        dead_letter_queue: a standard queue for what could not be started. Default: that of the queue, if it is of this
            app and has one; else one is made, encrypted, which keeps messages for 14 days.
        alarm_topic: is told when there is a dead letter. Default: no alarm; `metric_dead_letters` is for your own.

    Raises:
        ConfigurationError: a number or time that AWS would refuse; a ``SubmitTarget`` that AWS Batch would refuse.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queue: sqs.IQueue,
        target: sfn.IStateMachine | SubmitTarget,
        batch_size: int = 1,
        batch_window: Duration | None = None,
        enabled: bool = True,
        dead_letter_queue: sqs.IQueue | None = None,
        alarm_topic: sns.ITopic | None = None,
    ) -> None:
        place = ArgumentPath("QueueTrigger", scope, construct_id)
        check_batch_size(place.of("batch_size"), batch_size)
        window = seconds_of_window(place.of("batch_window"), batch_window)
        _check_order(place, queue, batch_size, window)
        check_target(place, target, evaluated=True)
        check_pipes(place, scope)
        check_reach(place, scope, target)
        check_source(place.of("queue"), scope, queue, what="queue", arn=queue.queue_arn)
        check_dead_letter_queue(place.of("dead_letter_queue"), dead_letter_queue)
        own = _own_dead_letters(queue) if dead_letter_queue is None else None
        super().__init__(scope, construct_id, dead_letter_queue=own or dead_letter_queue, alarm_topic=alarm_topic)
        warn_of_region(self)
        _warn_of_visibility(self, queue, window)
        starter = Starter(
            self,
            "Starter",
            target=target,
            job_id=construct_id,
            reading=_READING,
            dead_letters=None if own else self._dead_letters,
            seconds=_SECONDS,
        )
        self.queue: sqs.IQueue = queue
        """The queue that is read."""
        self.pipe = Pipe(
            self,
            "Pipe",
            queue=queue,
            machine=starter,
            batch_size=batch_size,
            batch_seconds=window,
            enabled=enabled,
        ).resource
        """The pipe of EventBridge Pipes."""


def _own_dead_letters(queue: sqs.IQueue) -> sqs.IQueue | None:
    """The dead-letter queue of a queue of this app."""
    theirs = queue.dead_letter_queue if isinstance(queue, sqs.Queue) else None
    return theirs.queue if theirs else None


def _check_order(place: ArgumentPath, queue: sqs.IQueue, batch_size: int, window: float) -> None:
    if not queue.fifo:
        return
    check_range(
        place.of("batch_size"),
        batch_size,
        1,
        MAX_FIFO_BATCH,
        rule=Rule.BATCH_OF_MESSAGES,
        service="of a FIFO queue, EventBridge Pipes",
    )
    if window:
        raise Rule.BATCH_OF_MESSAGES.error(
            place.of("batch_window"),
            got="a window for a FIFO queue",
            expected="EventBridge Pipes waits for the messages of standard queues only",
            fix="Leave it out.",
        )


def _warn_of_visibility(trigger: Construct, queue: sqs.IQueue, window: float) -> None:
    if not isinstance(queue, sqs.Queue):
        return
    resource = cast("sqs.CfnQueue", queue.node.default_child)
    hidden = _HIDDEN_SECONDS if resource.visibility_timeout is None else resource.visibility_timeout
    if resolved(hidden) and hidden < window + _HIDDEN_SECONDS:
        Annotations.of(trigger).add_warning_v2(
            Caution.QUEUE_VISIBILITY.id,
            f"The queue hides a message for {hidden:.0f} s while it is read, and the trigger takes up to "
            f"{window + _HIDDEN_SECONDS:.0f} s: the message would be read twice. Give the queue a visibility_timeout "
            f"of {6 * _HIDDEN_SECONDS + window:.0f} s.",
        )
