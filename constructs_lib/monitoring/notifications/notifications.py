"""Messages that people can read, about what has happened to pipelines."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Duration, IResource
from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as event_targets
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.monitoring.event_log_group import EventLogGroup
from constructs_lib.monitoring.notifications.arguments import check_collect, check_places, check_something
from constructs_lib.monitoring.notifications.messenger import Messenger, pattern_of
from constructs_lib.monitoring.notifications.occasion import FAILURES, Occasion
from constructs_lib.monitoring.notifications.read_event import read_event
from constructs_lib.monitoring.notifications.rules import blocked_rule, environments_rule, executions_rule, jobs_rule
from constructs_lib.workflows.logged_state_machine import LoggedStateMachine
from constructs_lib.workflows.states.mark import Given, machine_comment, remembers_options

_COLLECT: Final = Duration.minutes(5)


@checked
class Notifications(Construct):
    """Sends a message when something happens to executions, jobs, job queues or compute environments.

    A message says which pipeline, how many items failed and the first of them with their reasons, how long it took, the
    commands that rerun it and that explain the failure, and the addresses of the execution and of the log streams of
    failed jobs in the console of their partition and region.

    An execution, an array job or a blocked queue is one message, however many children failed and however often
    EventBridge delivers the event. Jobs that no state machine waits for are collected for the time ``collect``, by
    queue, so that a burst of failures is one message with a count for each reason; it comes two minutes later. What
    cannot be looked up, such as a history that is gone, is left out of the message.

    An Express state machine reads the events and a standard one makes the messages; there is no Lambda function. Jobs
    are counted in a log group that has their events for a day.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html and
    https://docs.aws.amazon.com/batch/latest/userguide/batch_cwe_events.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        topic: that messages are published to. One that is encrypted with a key that the app does not know needs
            kms:Decrypt and kms:GenerateDataKey on that key for the role of ``messenger``. Default: no topic.
        machines: whose executions messages are about, in the account and region of the stack.
        queues: whose jobs, blocks and compute environments messages are about, in the account and region of the stack.
        on: what messages are sent about. Default: executions that failed, timed out or were stopped, jobs that failed,
            queues that are blocked, and compute environments that are INVALID (looked for every 15 minutes, and told
            once a day).
        as_json: publish JSON, for programs, instead of text. Default: text.
        targets: get an event for each message, too, whose detail has ``subject``, ``text`` and the fields of the JSON.
            Default: none.
        collect: for how long jobs of a queue are collected, 1 minute to 1 day. Default: 5 minutes.

    Raises:
        ConfigurationError: neither topic nor targets, nothing to send messages about, the same machine or queue twice,
            one of another account or region, or a time out of range.
    """

    _given: Given

    @remembers_options
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: sns.ITopic | None = None,
        machines: Sequence[sfn.IStateMachine] = (),
        queues: Sequence[batch.IJobQueue] = (),
        on: Sequence[Occasion] = FAILURES,
        as_json: bool = False,
        targets: Sequence[events.IRuleTarget] = (),
        collect: Duration = _COLLECT,
    ) -> None:
        place = ArgumentPath("Notifications", scope, construct_id)
        check_something(place, topic=topic, targets=targets, machines=machines, queues=queues, on=on)
        check_places(place, scope, machines, queues)
        window = check_collect(place.of("collect"), collect)
        super().__init__(scope, construct_id)
        jobs = jobs_rule(self, queues, on)
        log = EventLogGroup(self, "Jobs", retention=logs.RetentionDays.ONE_DAY) if jobs else None
        messenger = Messenger(
            scope=Construct(self, "MessageStates"), topic=topic, as_json=as_json, has_targets=bool(targets), log=log
        )
        self.messenger: sfn.StateMachine = self._messenger(messenger.states())
        """The state machine with an execution for each message."""
        if any(occasion.of_execution for occasion in on):
            for machine in machines:
                machine.grant_execution(self.messenger, "states:GetExecutionHistory")
        environments = environments_rule(self, queues, on)
        rules = [executions_rule(self, machines, on), jobs, blocked_rule(self, queues, on), environments]
        self.reader: sfn.StateMachine = self._reader(
            window, queues=queues if environments else (), names=_names(machines, queues)
        )
        """The Express state machine with an execution for each event."""
        self.rules: list[events.Rule] = [rule for rule in rules if rule]
        """The event rules; each has `reader` as its target."""
        for rule in self.rules:
            rule.add_target(event_targets.SfnStateMachine(self.reader))
        if jobs and log:
            jobs.add_target(log)
        if targets:
            self.sent: events.Rule = events.Rule(
                self,
                "SentRule",
                event_pattern=pattern_of(self.messenger),
                targets=list(targets),
                description="Messages, for other targets than a topic",
            )

    def _messenger(self, start: sfn.IChainable) -> sfn.StateMachine:
        comment = machine_comment(self._given, what="Makes a message, and sends it.", start=start)
        return LoggedStateMachine(self, "Messenger", definition=start, comment=comment)

    def _reader(self, window: int, *, queues: Sequence[batch.IJobQueue], names: Mapping[str, str]) -> sfn.StateMachine:
        states = Construct(self, "ReaderStates")
        arns = [queue.job_queue_arn for queue in queues]
        first = read_event(states, machine=self.messenger, window=window, queues=arns, names=names)
        return LoggedStateMachine(
            self,
            "Reader",
            definition=first,
            kind=sfn.StateMachineType.EXPRESS,
            comment="Reads an event, and starts a message for it once.",
        )


def _names(machines: Sequence[sfn.IStateMachine], queues: Sequence[batch.IJobQueue]) -> dict[str, str]:
    """The construct paths of what the app has itself, by ARN; what is imported has a name of its own."""
    found: list[tuple[str, IResource]] = [(machine.state_machine_arn, machine) for machine in machines]
    found += [(queue.job_queue_arn, queue) for queue in queues]
    return {arn: resource.node.path for arn, resource in found if resource.node.default_child}
