"""Multi-node parallel jobs on capacity that does not take them."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.obstacles import obstructed
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: <VALUE>, MaxvCpus: 256, InstanceTypes: [optimal], Subnets: [subnet-1]}
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref Environment}]
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: multinode
    NodeProperties:
      NumNodes: 2
      MainNode: 0
      NodeRangeProperties: [{TargetNodes: '0:', Container: {Image: busybox, Vcpus: 1, Memory: 512}}]
Nightly:
  Type: AWS::Events::Rule
  Properties:
    ScheduleExpression: rate(1 day)
    Targets:
      - {Id: Job, Arn: !Ref Queue, RoleArn: 'arn:aws:iam::123456789012:role/submit',
         BatchParameters: {JobName: nightly, JobDefinition: !Ref Job}}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    yield from obstructed(pipelines, "nodes", lambda _: "a multi-node parallel job")


RULE = Rule(
    id="CHECK106",
    title="the queue of a multi-node parallel job has an environment of EC2 that is not Spot",
    severity="error",
    otherwise=("The job stays in RUNNABLE, or is refused: multi-node parallel jobs run on On-Demand instances only."),
    fix="Submit it to a queue with an environment of Type EC2.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/multi-node-parallel-jobs.html",
    example=Example(_TEMPLATE, wrong="SPOT", right="EC2"),
    look=_look,
)
