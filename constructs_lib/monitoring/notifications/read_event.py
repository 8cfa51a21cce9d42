"""The states that read an event, and start a message for it once.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html,
https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_batch

STARTED_BY_STEP_FUNCTIONS: Final = {"variable": "MANAGED_BY_AWS", "value": "STARTED_BY_STEP_FUNCTIONS"}
"""In the environment of each job that a state machine waits for: a failure of it is one of the execution."""

TOLD_ALONE_AFTER_SECONDS: Final = 60
"""So long after a while has ended, the message about it may already count its jobs."""

_ALREADY: Final = "StepFunctions.ExecutionAlreadyExistsException"


def read_event(
    scope: Construct, *, machine: sfn.IStateMachine, window: int, queues: Sequence[str], names: Mapping[str, str]
) -> sfn.IChainable:
    """The first state; its input is an event.

    Args:
        scope: of the states.
        machine: sends messages; its executions have the names that the events are told under.
        window: for how many seconds jobs of a queue are collected.
        queues: the ARNs of those whose environments are looked at when the event is one of a schedule; empty for none.
        names: what machines and queues are called in the app, by ARN.
    """
    read = sfn.Pass.jsonata(
        scope,
        "Read event",
        outputs=program(__file__, "read_event").bind(
            window=window,
            late=TOLD_ALONE_AFTER_SECONDS,
            names=[{"arn": arn, "name": name} for arn, name in names.items()],
            **STARTED_BY_STEP_FUNCTIONS,
        ),
        comment="What it is about, and the name of the message.",
    )
    nothing = sfn.Succeed.jsonata(scope, "Nothing to tell", comment="A state machine waits for the job.")
    known = sfn.Choice.jsonata(scope, "Is there something to tell", comment="Of executions, queues and single jobs.")
    known.when(sfn.Condition.jsonata("{% $states.input = null %}"), nothing, comment="A job of an execution")
    known.otherwise(_tell_once(scope, "Tell once", machine))
    read.next(known)
    if not queues:
        return read
    kind = sfn.Choice.jsonata(scope, "What has happened", comment="An event, or it is time to look.")
    on_time = sfn.Condition.jsonata('{% $states.input.`detail-type` = "Scheduled Event" %}')
    kind.when(on_time, _look_at_environments(scope, machine, queues), comment="Time to look at environments")
    return kind.otherwise(read)


def _look_at_environments(scope: Construct, machine: sfn.IStateMachine, queues: Sequence[str]) -> sfn.IChainable:
    look = _look(
        scope,
        "Look at queues",
        "describeJobQueues",
        {"JobQueues": list(queues)},
        {"environments": program(__file__, "environments_of_queues").bind()},
    )
    look_further = _look(
        scope,
        "Look at environments",
        "describeComputeEnvironments",
        {"ComputeEnvironments": "{% $states.input.environments %}"},
        {"invalid": program(__file__, "invalid_environments").bind()},
    )
    each = sfn.Map.jsonata(
        scope, "Each invalid environment", items=sfn.ProvideItems.jsonata("{% $states.input.invalid %}")
    )
    each.item_processor(_tell_once(scope, "Tell once a day", machine))
    return look.next(look_further).next(each)


def _look(scope: Construct, name: str, action: str, arguments: dict[str, object], outputs: dict[str, str]) -> TaskState:
    task = TaskState(
        scope,
        name,
        resource=f"aws-sdk:batch:{action}",
        arguments=arguments,
        outputs=outputs,
        # AWS has no narrower resource for it.
        statements=[iam.PolicyStatement(actions=[f"batch:{action[0].upper()}{action[1:]}"], resources=["*"])],
        comment="AWS Batch sends no event when an environment becomes INVALID.",
    )
    retry_throttled_batch(task)
    return task


def _tell_once(scope: Construct, name: str, machine: sfn.IStateMachine) -> TaskState:
    task = TaskState(
        scope,
        name,
        resource="states:startExecution",
        arguments={
            "StateMachineArn": machine.state_machine_arn,
            "Name": "{% $states.input.name %}",
            "Input": "{% $states.input.input %}",
        },
        outputs={},
        statements=[iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine.state_machine_arn])],
        comment="Under the same name there is one execution, and so one message.",
    )
    task.add_retry(errors=[_ALREADY], max_attempts=0)
    task.add_retry(errors=["States.TaskFailed"], max_attempts=6, jitter_strategy=sfn.JitterType.FULL)
    told = sfn.Succeed.jsonata(scope, f"{name}: told already", comment="The event came twice, or with others.")
    task.add_catch(told, errors=[_ALREADY])
    return task
