"""Shares for queues that have none."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        if submit.queue and submit.queue.is_fair_share is False and "ShareIdentifier" in submit.request:
            got = f"a ShareIdentifier in {submit.shown}"
            yield Found(submit.resource, submit.path, got, f"{submit.queue.shown} has no scheduling policy")


RULE = Rule(
    id="CHECK109",
    title="a submit names a share only if its queue has a scheduling policy",
    severity="error",
    otherwise=("SubmitJob refuses the job: a queue without a scheduling policy takes no ShareIdentifier."),
    fix="Leave ShareIdentifier out, or give the queue a SchedulingPolicyArn.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html",
    example=Example(
        pipeline(queue="SchedulingPolicyArn: <VALUE>", job="SchedulingPriority: 1", submit="ShareIdentifier: research"),
        wrong="!Ref AWS::NoValue",
        right="arn:aws:batch:eu-west-1:123456789012:scheduling-policy/teams",
    ),
    look=_look,
)
