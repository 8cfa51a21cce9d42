"""Dependencies that AWS Batch does not take."""

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, text
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_DEPENDENCIES
from constructs_lib.templates.unknown import Unknown


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        entries = items(submit.request.get("DependsOn")) or []
        certain = [entry for entry in entries if isinstance(entry, dict)]
        if len(certain) > MAX_DEPENDENCIES:
            got = f"{len(certain)} dependencies of {submit.shown}"
            yield Found(submit.resource, submit.path, got, f"AWS Batch takes {MAX_DEPENDENCIES}")
        for entry in certain:
            if wrong := _wrong(entry, submit.request):
                got = f"a dependency {wrong[0]} in {submit.shown}"
                yield Found(submit.resource, submit.path, got, wrong[1])


def _wrong(entry: Mapping[str, Any], request: Mapping[str, Any]) -> tuple[str, str] | None:
    """What a dependency is, and why that cannot be."""
    kind, job_id = entry.get("Type"), entry.get("JobId")
    if text(kind) and "ArrayProperties" not in request:
        return f"of type {kind}", "only array jobs have such"
    if job_id is None and not isinstance(kind, Unknown) and kind != "SEQUENTIAL":
        return f"of type {kind} without a JobId" if kind else "without a JobId", "only those of type SEQUENTIAL are so"
    return None


RULE = Rule(
    id="CHECK218",
    title="a job depends on up to 20 jobs, each by its id, and only an array child by child",
    severity="error",
    otherwise="SubmitJob refuses the dependencies.",
    fix=(
        "Let one job depend on groups of up to 20; give each dependency a JobId, and N_TO_N or SEQUENTIAL to array "
        "jobs only."
    ),
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html",
    example=Example(
        pipeline(submit="DependsOn: <VALUE>"),
        wrong="[{Type: SEQUENTIAL}]",
        right="!Ref AWS::NoValue",
    ),
    look=_look,
)
