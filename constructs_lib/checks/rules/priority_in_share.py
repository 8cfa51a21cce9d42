"""Submits to a fair-share queue without a priority."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        definition, queue = submit.definition, submit.queue
        if definition is None or queue is None or not queue.is_fair_share or "ShareIdentifier" not in submit.request:
            continue
        if "SchedulingPriorityOverride" not in submit.request and "SchedulingPriority" not in definition.properties:
            got = f"no priority in {submit.shown}, and none of {definition.shown}"
            allowed = f"{queue.shown} has a scheduling policy, which needs one"
            yield Found(submit.resource, submit.path, got, allowed)


RULE = Rule(
    id="CHECK113",
    title="a job of a queue with a scheduling policy has a priority",
    severity="error",
    otherwise=(
        "SubmitJob refuses the job: `Either schedulingPriority in job definition or schedulingPriorityOverride should "
        "be specified`."
    ),
    fix="Set SchedulingPriority of the definition, or SchedulingPriorityOverride of the submit, such as 0.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html",
    example=Example(
        pipeline(
            queue="SchedulingPolicyArn: arn:aws:batch:eu-west-1:123456789012:scheduling-policy/teams",
            job="SchedulingPriority: <VALUE>",
            submit="ShareIdentifier: research",
        ),
        wrong="!Ref AWS::NoValue",
        right="0",
    ),
    look=_look,
)
