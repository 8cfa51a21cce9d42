"""The states that wait for a job to start, and start the action if it does not."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_batch

_ALREADY: Final = "StepFunctions.ExecutionAlreadyExistsException"

# With this name, a job has one execution per wait, however often EventBridge delivers the event.
_NAME: Final = jsonata("$states.input.jobId & '-' & $string($states.input.attempts)")


def wait_for_start(scope: Construct, *, after: Duration, machine: sfn.IStateMachine) -> sfn.IChainable:
    """The first of the states; its input is the detail of an event.

    Args:
        scope: of the states.
        after: how long a job may wait.
        machine: acts on jobs that have waited longer.
    """
    noted, asked = program(__file__, "noted").bind(), program(__file__, "asked").bind()
    note = sfn.Pass.jsonata(scope, "Note job", outputs=noted, comment="Keeps of the event what the watch needs.")
    wait = sfn.Wait.jsonata(
        scope, "Give it time", time=sfn.WaitTime.duration(after), comment="How long a job may be RUNNABLE."
    )
    act = _act(scope, machine)
    started = sfn.Succeed.jsonata(scope, "Leave it alone", comment="It has started, or somebody has ended it.")
    ask = describe_job(
        scope,
        "Ask for job",
        outputs=asked,
        first_child=True,
        comment="Whether it is still RUNNABLE, and why.",
    )
    stuck = sfn.Choice.jsonata(scope, "Is it stuck", comment="No child of a stuck array has started.")
    stuck.when(_is("$states.input.stuck"), act, comment="It waits since then")
    stuck.when(_is("$states.input.waits"), wait, comment="An array whose dependencies have just ended")
    stuck.otherwise(started)
    first = sfn.Choice.jsonata(scope, "Has it a chance", comment="The queue may have cancelled it already.")
    first.when(_is("$states.input.cancelled"), act, comment="Cancelled by a time limit of its queue")
    first.otherwise(wait)
    wait.next(ask).next(stuck)
    return note.next(first)


def describe_job(
    scope: Construct, construct_id: str, *, outputs: str, comment: str, first_child: bool = False
) -> TaskState:
    """A state that describes a job, and on request also the first child of an array."""
    children = "$states.input.array ? [$states.input.jobId, $states.input.jobId & ':0'] : [$states.input.jobId]"
    task = TaskState(
        scope,
        construct_id,
        resource="aws-sdk:batch:describeJobs",
        arguments={"Jobs": jsonata(children if first_child else "[$states.input.jobId]")},
        outputs=outputs,
        # AWS has no narrower resource for it.
        statements=[iam.PolicyStatement(actions=["batch:DescribeJobs"], resources=["*"])],
        comment=comment,
    )
    retry_throttled_batch(task)
    return task


def _act(scope: Construct, machine: sfn.IStateMachine) -> TaskState:
    kept = ("jobId", "jobName", "queue", "reason", "attempts", "array", "cancelled", "waitedSeconds")
    fields = ", ".join(f'"{name}": $states.input.{name}' for name in kept)
    task = TaskState(
        scope,
        "Act on it",
        resource="states:startExecution",
        arguments={
            "StateMachineArn": machine.state_machine_arn,
            "Name": _NAME,
            "Input": jsonata(f"{{{fields}}}"),
        },
        outputs={"jobId": "{% $states.input.jobId %}"},
        statements=[iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine.state_machine_arn])],
        comment="Starts the other state machine of the watch, once for each wait of a job.",
    )
    task.add_retry(errors=[_ALREADY], max_attempts=0)
    task.add_retry(errors=["States.TaskFailed"], max_attempts=6, jitter_strategy=sfn.JitterType.FULL)
    done = sfn.Succeed.jsonata(scope, "It is seen to", comment="EventBridge may deliver an event twice.")
    task.add_catch(done, errors=[_ALREADY])
    return task


def _is(expression: str) -> sfn.Condition:
    return sfn.Condition.jsonata(f"{{% {expression} %}}")
