"""States that wait for an answer that may never come."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import State
from constructs_lib.checks.rule import Found, Rule

_BOUNDS: Final = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")
_WORDS: Final = ((".waitForTaskToken", "a token"), ("ecs:runTask.sync", "a task of Amazon ECS"))
_RUNS: Final = ("batch:submitJob", "ecs:runTask")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    running = {state.machine.key for state in pipelines.states if any(name in state.resource for name in _RUNS)}
    for state in pipelines.states:
        waits_for = _waits_for(state) if state.machine.key in running else None
        if waits_for is None or any(field in state.body for field in _BOUNDS):
            continue
        is_standard = state.machine.properties.get("StateMachineType") in (None, "STANDARD")
        if is_standard and "TimeoutSeconds" not in state.definition:
            got = (
                f"no TimeoutSeconds of state {state.name!r}, which waits for {waits_for}, nor of {state.machine.shown}"
            )
            yield Found(state.machine, state.place, got, "an execution waits for up to a year")


def _waits_for(state: State) -> str | None:
    """What has no end of its own, in words; None of what is no such."""
    if state.resource.startswith("arn:") and ":activity:" in state.resource:
        return "an activity"
    return next((words for ending, words in _WORDS if state.resource.endswith(ending)), None)


RULE = Rule(
    id="CHECK509",
    title="a state machine that runs jobs bounds how long it waits for an answer",
    severity="warning",
    otherwise="If the answer never comes, the execution waits for up to a year, and nobody is told.",
    fix="Set TimeoutSeconds or HeartbeatSeconds of the state, or TimeoutSeconds of the state machine.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/sfn-stuck-execution.html",
    example=Example(
        """
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      StartAt: Approve
      States:
        Approve:
          Type: Task
          Resource: arn:aws:states:::sns:publish.waitForTaskToken
          Parameters: {TopicArn: 'arn:aws:sns:eu-west-1:123456789012:topic', Message.$: $$.Task.Token}
          TimeoutSeconds: <VALUE>
          Next: Run
        Run:
          Type: Task
          Resource: arn:aws:states:::batch:submitJob.sync
          Parameters: {JobName: run, JobQueue: charts, JobDefinition: charts}
          TimeoutSeconds: 3600
          End: true
""",
        wrong="!Ref AWS::NoValue",
        right="86400",
    ),
    look=_look,
)
