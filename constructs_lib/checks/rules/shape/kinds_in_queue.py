"""Queues with EC2 and Fargate."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Instances:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: EC2, MaxvCpus: 16, InstanceTypes: [optimal], Subnets: [subnet-1]}
Other:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: <VALUE>, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder:
      - {Order: 1, ComputeEnvironment: !Ref Instances}
      - {Order: 2, ComputeEnvironment: !Ref Other}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for queue in pipelines.queues:
        kinds = {each.kind: each for each in queue.environments or () if each and each.kind}
        if len(kinds) > 1:
            got = " and ".join(f"{each.shown} of {each.resource_type}" for each in kinds.values())
            yield Found(queue.resource, ("ComputeEnvironmentOrder",), got, "EC2 and Fargate never share a queue")


RULE = Rule(
    id="CHECK202",
    title="the environments of a queue are all of EC2, or all of Fargate",
    severity="error",
    otherwise=("CreateJobQueue refuses the queue."),
    fix="Make one queue for each, and let the submit choose.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateJobQueue.html",
    example=Example(_TEMPLATE, wrong="FARGATE", right="SPOT"),
    look=_look,
)
