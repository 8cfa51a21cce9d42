"""Jobs of a fair-share queue without a priority."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        queue, definition = submit.queue, submit.definition
        if queue is None or definition is None or not queue.is_fair_share or "ShareIdentifier" not in submit.request:
            continue
        if "SchedulingPriority" not in definition.properties and "SchedulingPriorityOverride" not in submit.request:
            got = f"no SchedulingPriority for jobs in {queue.shown}, submitted by {submit.shown}"
            yield Found(definition.resource, (), got, "a queue with a scheduling policy needs one")


RULE = Rule(
    id="CHECK113",
    title="a job of a queue with a scheduling policy has a priority within its share",
    severity="error",
    otherwise=(
        "SubmitJob refuses the job: Either schedulingPriority in job definition or schedulingPriorityOverride should "
        "be specified."
    ),
    fix="Set SchedulingPriority of the definition, 0 where it is all the same, or its override in the submit.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/fair-share-scheduling.html",
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
