"""Arrays that wait, child by child, for what has other children."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.submits import Submit
from constructs_lib.checks.model.values import items, member, number
from constructs_lib.checks.rule import Found, Rule

_RESULT: Final = re.compile(r"\{%\s*\$states\.result(\.JobId)?\s*%\}|\$(\.JobId)?")
_TEMPLATE = """
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    Definition:
      QueryLanguage: JSONata
      StartAt: Split
      States:
        Split:
          Type: Task
          Resource: arn:aws:states:::batch:submitJob
          Arguments: {JobName: split, JobQueue: charts, JobDefinition: charts, ArrayProperties: {Size: 10}}
          Assign: {split: '{% $states.result.JobId %}'}
          Next: Draw
        Draw:
          Type: Task
          Resource: arn:aws:states:::batch:submitJob.sync
          Arguments:
            JobName: draw
            JobQueue: charts
            JobDefinition: charts
            ArrayProperties: {Size: <VALUE>}
            DependsOn: [{JobId: '{% $split %}', Type: N_TO_N}]
          TimeoutSeconds: 3600
          End: true
"""


@dataclass(frozen=True)
class _Array:
    shown: str
    size: float | None


def _look(pipelines: Pipelines) -> Iterator[Found]:
    ids = _ids(pipelines)
    for submit in pipelines.submits:
        size = number(member(submit.request.get("ArrayProperties"), "Size"))
        for written in _waited_for(submit) if size is not None else ():
            array = ids.get((submit.resource.key, written))
            if array and array.size != size:
                got = f"an array of {size:,g} children in {submit.shown}, of type N_TO_N on {array.shown}"
                has = "no children" if array.size is None else f"{array.size:,g}"
                yield Found(submit.resource, submit.path, got, f"that has {has}")


def _ids(pipelines: Pipelines) -> dict[tuple[str, str], _Array | None]:
    """By state machine and by what is written for the id of a job: the job; None if that may be another one."""
    known = {(submit.resource.key, submit.state.path): _array(submit) for submit in pipelines.submits if submit.state}
    found: dict[tuple[str, str], _Array | None] = {}
    for state in pipelines.states:
        array = known.get((state.machine.key, state.path))
        for written in _names(state):
            key = (state.machine.key, written)
            found[key] = None if key in found else array
    return found


def _array(submit: Submit) -> _Array | None:
    given = submit.request.get("ArrayProperties")
    size = number(member(given, "Size"))
    return _Array(submit.shown, size) if size is not None or given is None else None


def _names(state: State) -> Iterator[str]:
    """What is written where the id of a job is wanted that a state submits."""
    path = state.body.get("ResultPath")
    if isinstance(path, str) and path != "$":
        yield f"{path}.JobId"
    assigned = state.body.get("Assign")
    for name, value in assigned.items() if isinstance(assigned, Mapping) else ():
        found = _RESULT.fullmatch(value) if isinstance(value, str) else None
        variable = f"${str(name).removesuffix('.$')}"
        yield variable if found and (found[1] or found[2]) else f"{variable}.JobId" if found else variable


def _waited_for(submit: Submit) -> Iterator[str]:
    state = submit.state
    if state is None:
        return
    entries: Any = member(state.body, "Arguments" if state.is_jsonata else "Parameters", "DependsOn")
    for entry in items(entries) or ():
        written = member(entry, "JobId" if state.is_jsonata else "JobId.$")
        if member(entry, "Type") == "N_TO_N" and isinstance(written, str):
            yield written.strip().removeprefix("{%").removesuffix("%}").strip()


RULE = Rule(
    id="CHECK219",
    title="arrays that wait for each other child by child have as many children",
    severity="error",
    otherwise="SubmitJob refuses the dependency: each child waits for the child of its index.",
    fix="Give both the same size, or let the whole job wait: a dependency without a type.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html",
    example=Example(_TEMPLATE, wrong="20", right="10"),
    look=_look,
)
