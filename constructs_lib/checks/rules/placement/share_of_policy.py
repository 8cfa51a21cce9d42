"""Shares that the scheduling policy of a queue does not list."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import SHARES
from constructs_lib.checks.model.values import items, member
from constructs_lib.checks.rule import Found, Rule

_POLICY = """
Policy:
  Type: AWS::Batch::SchedulingPolicy
  Properties:
    FairsharePolicy:
      ShareDistribution: [{ShareIdentifier: research, WeightFactor: 0.5}, {ShareIdentifier: team*, WeightFactor: 2}]
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        share, queue = submit.request.get("ShareIdentifier"), submit.queue
        policy = pipelines.model.find(queue.resource.properties.get("SchedulingPolicyArn"), SHARES) if queue else None
        if policy is None or not isinstance(share, str):
            continue
        entries = items(member(policy.properties, "FairsharePolicy", "ShareDistribution")) or []
        listed = [member(entry, "ShareIdentifier") for entry in entries]
        known = [name for name in listed if isinstance(name, str)]
        if known and len(known) == len(listed) and not any(fnmatchcase(share, name) for name in known):
            got = f"the share {share} in {submit.shown}"
            yield Found(submit.resource, submit.path, got, f"{policy.shown} lists {', '.join(known)}")


RULE = Rule(
    id="CHECK112",
    title="a submit names a share that the scheduling policy of its queue lists",
    severity="warning",
    otherwise="AWS Batch takes the job, and gives its share the weight 1: more or less than it was meant to get.",
    fix="Add the share to ShareDistribution of the policy, or correct the ShareIdentifier.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ShareAttributes.html",
    example=Example(
        _POLICY
        + pipeline(
            queue="SchedulingPolicyArn: !Ref Policy",
            job="SchedulingPriority: 0",
            submit="ShareIdentifier: <VALUE>",
        ),
        wrong="reserach",
        right="research",
    ),
    look=_look,
)
