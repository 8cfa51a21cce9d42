"""Submits to a fair-share queue without a share."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_NO_SHARE: Final = (
    "Submit by a schedule of EventBridge Scheduler or a state machine, which take a ShareIdentifier; rules and pipes "
    "do not. Or submit to a queue without a scheduling policy."
)


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        if submit.queue and submit.queue.is_fair_share and "ShareIdentifier" not in submit.request:
            got = f"no ShareIdentifier in {submit.shown}"
            allowed = f"{submit.queue.shown} has a scheduling policy, which needs one"
            fix = "" if submit.takes_share else _NO_SHARE
            yield Found(submit.resource, submit.path, got, allowed, fix)


RULE = Rule(
    id="CHECK108",
    title="a submit to a queue with a scheduling policy names a share",
    severity="error",
    otherwise=("SubmitJob refuses the job: a queue with a scheduling policy needs a ShareIdentifier."),
    fix="Add a ShareIdentifier to the submit, or submit to a queue without a scheduling policy.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html",
    example=Example(
        pipeline(queue="SchedulingPolicyArn: <VALUE>"),
        wrong="arn:aws:batch:eu-west-1:123456789012:scheduling-policy/teams",
        right="!Ref AWS::NoValue",
        unknown="!If [Unclear, !Ref Unknown, !Ref AWS::NoValue]",
    ),
    look=_look,
)
