"""Queues and compute environments that take no jobs."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.obstacles import obstructed
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    yield from obstructed(pipelines, "disabled", lambda _: "jobs")
    for submit in pipelines.submits:
        if (queue := submit.queue) and queue.is_disabled:
            allowed = f"{submit.shown} submits to it, which needs ENABLED"
            yield Found(queue.resource, ("State",), "DISABLED", allowed)


RULE = Rule(
    id="CHECK103",
    title="jobs are submitted to a queue that is enabled, and whose environments are",
    severity="warning",
    otherwise=(
        "SubmitJob refuses jobs for a queue that is DISABLED; environments that are DISABLED start none, and "
        "the jobs stay in RUNNABLE."
    ),
    fix="Set State to ENABLED, or submit to another queue.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateJobQueue.html",
    example=Example(pipeline(queue="State: <VALUE>"), wrong="DISABLED", right="ENABLED"),
    look=_look,
)
