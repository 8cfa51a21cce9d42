"""Array jobs whose size is that of a list, of which nobody knows that it has two items."""

import re
from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.flows import choices_before, is_first
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.values import member
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MIN_ARRAY_SIZE

_COUNT: Final = re.compile(r"\$count\([^()]*\)|States\.ArrayLength\([^()]*\)")
_OF_EXECUTION: Final = re.compile(r"(\$states\.context\.Execution\.Input|\$\$\.Execution\.Input)(\.\w+)+")
_OF_INPUT: Final = re.compile(r"(\$states\.input|\$)(\.\w+)+")
_TEMPLATE = """
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      QueryLanguage: JSONata
      StartAt: Check
      States:
        Check: <VALUE>
        Run:
          Type: Task
          Resource: arn:aws:states:::batch:submitJob.sync
          Arguments:
            JobName: run
            JobQueue: charts
            JobDefinition: charts
            ArrayProperties: {Size: '{% $count($states.input.items) %}'}
          TimeoutSeconds: 3600
          Next: Done
        Done: {Type: Succeed}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        state = submit.state
        size = _expression(state) if state else None
        if state and size and _may_be_small(size, state) and choices_before(state) == []:
            got = f"an array of {size} children in {submit.shown}"
            allowed = f"nothing before it keeps sizes below {MIN_ARRAY_SIZE} away"
            yield Found(submit.resource, submit.path, got, allowed)


def _expression(state: State) -> str | None:
    """What computes the size, without what is around an expression of JSONata."""
    given: Any
    if state.is_jsonata:
        given = member(state.body, "Arguments", "ArrayProperties", "Size")
        inner = given.strip() if isinstance(given, str) else ""
        return inner[2:-2].strip() if inner.startswith("{%") and inner.endswith("%}") else None
    given = member(state.body, "Parameters", "ArrayProperties", "Size.$")
    return given.strip() if isinstance(given, str) else None


def _may_be_small(size: str, state: State) -> bool:
    """Whether it is a count, or what who starts the execution says: neither is known to be 2 or more."""
    if _COUNT.fullmatch(size) or _OF_EXECUTION.fullmatch(size):
        return True
    return bool(_OF_INPUT.fullmatch(size)) and is_first(state) and "InputPath" not in state.body


RULE = Rule(
    id="CHECK217",
    title="an array job of a computed size has a Choice before it for 0 items and for 1",
    severity="warning",
    otherwise="SubmitJob refuses an array of fewer than 2 children: the first list of one item, or of none, fails.",
    fix="Add a Choice: nothing to do for no item, a job without ArrayProperties for one. An ArrayFanOut has both.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html",
    example=Example(
        _TEMPLATE,
        wrong="{Type: Pass, Next: Run}",
        right="{Type: Choice, Choices: [{Condition: '{% $count($states.input.items)>1 %}', Next: Run}], Default: Done}",
    ),
    look=_look,
)
