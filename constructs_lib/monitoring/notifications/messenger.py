"""The states that make a message of what an event was about, and send it.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobs.html and
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.pseudo import account_id, partition, region
from constructs_lib.limits import SNS_SUBJECT_CHARACTERS
from constructs_lib.monitoring.event_log_group import EventLogGroup
from constructs_lib.monitoring.notifications.read_event import STARTED_BY_STEP_FUNCTIONS, TOLD_ALONE_AFTER_SECONDS
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_batch

SOURCE: Final = "constructs-lib.notifications"
"""Of the events that other targets get."""
DETAIL_TYPE: Final = "Notification"

_FIFO: Final = {
    "MessageGroupId": "{% $states.context.StateMachine.Name %}",
    "MessageDeduplicationId": "{% $states.context.Execution.Name %}",
}
"""Without them a FIFO topic refuses a message; an execution is one message.
https://docs.aws.amazon.com/sns/latest/dg/fifo-message-grouping.html"""

_MOST_TOLD: Final = 5
_EVENTS_READ: Final = 100
_SETTLED_SECONDS: Final = 2 * TOLD_ALONE_AFTER_SECONDS
"""After a while has ended, until all that happened in it can be found in the log."""
_QUERY: Final = Duration.seconds(5)


@dataclass(frozen=True, kw_only=True)
class Messenger:
    """Makes the states.

    Args:
        scope: of the states.
        topic: that messages are published to; None for none.
        as_json: whether a message is JSON.
        has_targets: whether there are targets besides the topic.
        log: has the events of jobs; None if there is no message about jobs.
    """

    scope: Construct
    topic: sns.ITopic | None
    as_json: bool
    has_targets: bool
    log: EventLogGroup | None

    def states(self) -> sfn.IChainable:
        """The first state; its input is what a program has read from an event, such as ``{"kind": "execution"}``."""
        write = self._write()
        describe = self._describe(write)
        first = sfn.Choice.jsonata(self.scope, "What is it about", comment="What is looked up depends on it.")
        first.when(
            _is('$states.input.status in ["FAILED", "TIMED_OUT", "ABORTED"] and $exists($states.input.execution)'),
            self._read_history(describe, write),
            comment="An execution that failed",
        )
        if self.log:
            first.when(
                _is('$states.input.kind = "jobs" and $not($exists($states.input.jobIds))'),
                self._query(self.log, describe),
                comment="Jobs of a queue in a while",
            )
        first.when(_is("$count($states.input.jobIds) > 0"), describe, comment="A job")
        return first.otherwise(write)

    def _read_history(self, describe: sfn.IChainable, write: sfn.IChainable) -> TaskState:
        read = TaskState(
            self.scope,
            "Read end of history",
            resource="aws-sdk:sfn:getExecutionHistory",
            arguments={
                "ExecutionArn": "{% $states.input.execution %}",
                "ReverseOrder": True,
                "MaxResults": _EVENTS_READ,
                "IncludeExecutionData": False,
            },
            outputs=program(__file__, "failed_tasks").bind(most=_MOST_TOLD),
            statements=[],  # on executions of the machines alone: see Notifications
            comment="Which tasks failed at last.",
        )
        found = sfn.Choice.jsonata(self.scope, "Are there jobs", comment="Among the failed tasks.")
        found.when(_is("$count($states.input.jobIds) > 0"), describe, comment="Jobs failed").otherwise(write)
        read.next(found)
        self._go_on_without(read, write)
        return read

    def _query(self, log: EventLogGroup, describe: sfn.IChainable) -> sfn.IChainable:
        settle = sfn.Wait.jsonata(
            self.scope,
            "Wait for the others",
            time=sfn.WaitTime.seconds(
                jsonata(f"$max([1, $ceil($states.input.to + {_SETTLED_SECONDS} - $millis() / 1000)])")
            ),
            comment="A burst of failures is one message.",
        )
        group = log.log_group
        start = TaskState(
            self.scope,
            "Start query",
            resource="aws-sdk:cloudwatchlogs:startQuery",
            arguments=program(__file__, "query").bind(
                group=group.log_group_name,
                value=STARTED_BY_STEP_FUNCTIONS["value"],
                around=10 * TOLD_ALONE_AFTER_SECONDS,
                most=_MOST_TOLD,
            ),
            outputs=jsonata('$merge([$states.input, {"query": $states.result.QueryId}])'),
            statements=[iam.PolicyStatement(actions=["logs:StartQuery"], resources=[log.arn, f"{log.arn}:*"])],
            comment="Counts the jobs by reason.",
        )
        wait = sfn.Wait.jsonata(
            self.scope, "Wait for the query", time=sfn.WaitTime.duration(_QUERY), comment="It takes seconds."
        )
        get = TaskState(
            self.scope,
            "Read result",
            resource="aws-sdk:cloudwatchlogs:getQueryResults",
            arguments={"QueryId": "{% $states.input.query %}"},
            outputs=program(__file__, "query_results").bind(),
            statements=[
                iam.PolicyStatement(actions=["logs:GetQueryResults"], resources=["*"])
            ],  # AWS has no narrower resource
            comment="How many jobs, and one for each reason.",
        )
        nothing = sfn.Succeed.jsonata(self.scope, "Nothing to tell", comment="A state machine waits for all of them.")
        done = sfn.Choice.jsonata(self.scope, "Is it complete", comment="Whether the query still runs.")
        done.when(_is("$states.input.waits"), wait, comment="It runs")
        done.when(_is("$states.input.total = 0"), nothing, comment="No job")
        done.otherwise(describe)
        settle.next(start)
        start.next(wait)
        wait.next(get)
        get.next(done)
        return settle

    def _describe(self, write: sfn.IChainable) -> TaskState:
        everything = iam.PolicyStatement(actions=["batch:DescribeJobs", "batch:ListJobs"], resources=["*"])
        describe = TaskState(
            self.scope,
            "Describe jobs",
            resource="aws-sdk:batch:describeJobs",
            arguments={"Jobs": "{% $states.input.jobIds %}"},
            outputs=program(__file__, "described_jobs").bind(),
            statements=[everything],  # AWS has no narrower resource for them
            comment="Why they failed, and where they wrote.",
        )
        children = TaskState(
            self.scope,
            "List failed children",
            resource="aws-sdk:batch:listJobs",
            arguments={"ArrayJobId": "{% $states.input.array %}", "JobStatus": "FAILED", "MaxResults": _MOST_TOLD},
            outputs=program(__file__, "failed_children").bind(),
            statements=[],
            comment="Some of those of an array job.",
        )
        retry_throttled_batch(describe)
        retry_throttled_batch(children)
        array = sfn.Choice.jsonata(self.scope, "Is it an array", comment="Its children tell more than itself.")
        array.when(
            _is("$exists($states.input.array) and $states.input.array != null"), children, comment="An array job"
        )
        array.otherwise(write)
        describe.next(array)
        children.next(describe)
        self._go_on_without(describe, write)
        self._go_on_without(children, write)
        return describe

    def _go_on_without(self, task: TaskState, write: sfn.IChainable) -> None:
        """What cannot be looked up is left out: there is a message in any case."""
        for errors in ("States.DataLimitExceeded", "States.ALL"):  # which is not all: it leaves out the first
            task.add_catch(write, errors=[errors], outputs="{% $states.input %}")

    def _write(self) -> sfn.IChainable:
        record = sfn.Pass.jsonata(
            self.scope,
            "Make record",
            outputs=program(__file__, "record").bind(),
            comment="What the message says, for programs.",
        )
        subject = sfn.Pass.jsonata(
            self.scope,
            "Make subject",
            outputs={
                "record": "{% $states.input %}",
                "subject": program(__file__, "subject").bind(most=SNS_SUBJECT_CHARACTERS),
            },
            comment="One line.",
        )
        text = sfn.Pass.jsonata(
            self.scope,
            "Make text",
            outputs=jsonata_of_message(),
            comment="What the message says, for people.",
        )
        chain: sfn.IChainable = record.next(subject).next(text)
        last: Any = text
        for task in self._sends():
            last.next(task)
            last = task
        return chain

    def _sends(self) -> list[TaskState]:
        sends = []
        if topic := self.topic:
            sends.append(
                TaskState(
                    self.scope,
                    "Publish",
                    resource="sns:publish",
                    arguments={
                        "TopicArn": topic.topic_arn,
                        "Subject": "{% $states.input.subject %}",
                        "Message": jsonata("$string($states.input.record, true)")
                        if self.as_json
                        else "{% $states.input.text %}",
                        **(_FIFO if topic.fifo else {}),
                    },
                    outputs="{% $states.input %}",
                    statements=publish_statements(topic),
                    comment="Sends it to the topic.",
                )
            )
        if self.has_targets:
            bus = f"arn:{partition()}:events:{region()}:{account_id()}:event-bus/default"
            detail = jsonata(
                '$merge([$states.input.record, {"subject": $states.input.subject, "text": $states.input.text}])'
            )
            sends.append(
                TaskState(
                    self.scope,
                    "Put event",
                    resource="events:putEvents",
                    arguments={
                        "Entries": [
                            {
                                "Source": SOURCE,
                                "DetailType": DETAIL_TYPE,
                                "Detail": detail,
                                "EventBusName": bus,
                            }
                        ]
                    },
                    outputs="{% $states.input %}",
                    statements=[iam.PolicyStatement(actions=["events:PutEvents"], resources=[bus])],
                    comment="Sends it to the other targets.",
                )
            )
        for task in sends:
            task.add_retry(errors=["States.TaskFailed"], max_attempts=6, jitter_strategy=sfn.JitterType.FULL)
        return sends


def jsonata_of_message() -> str:
    """The program that adds the text to record and subject."""
    text = program(__file__, "text").fragment()
    return f'{{% $merge([$states.input,{{"text":{text}}}]) %}}'


def publish_statements(topic: sns.ITopic) -> list[iam.PolicyStatement]:
    """The rights to publish to a topic; for an encrypted one also those on its key, if the app knows it."""
    publish = iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])
    if topic.master_key is None:
        return [publish]
    actions = ["kms:Decrypt", "kms:GenerateDataKey"]
    return [publish, iam.PolicyStatement(actions=actions, resources=[topic.master_key.key_arn])]


def pattern_of(machine: sfn.IStateMachine) -> events.EventPattern:
    """The events by which other targets get the messages of a machine."""
    return events.EventPattern(source=[SOURCE], detail_type=[DETAIL_TYPE], resources=[machine.state_machine_arn])


def _is(expression: str) -> sfn.Condition:
    return sfn.Condition.jsonata(f"{{% {expression} %}}")
