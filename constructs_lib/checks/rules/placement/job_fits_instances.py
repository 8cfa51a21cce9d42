"""Jobs that are larger than every instance that their queue may start."""

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
    ComputeResources:
      Type: EC2
      AllocationStrategy: BEST_FIT_PROGRESSIVE
      MaxvCpus: 256
      InstanceTypes: [m5.large]
      Subnets: [subnet-1]
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref Environment}]
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    Timeout: {AttemptDurationSeconds: 3600}
    ContainerProperties:
      Image: busybox
      ResourceRequirements: [{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: <VALUE>}]
Nightly:
  Type: AWS::Events::Rule
  Properties:
    ScheduleExpression: rate(1 day)
    Targets:
      - {Id: Job, Arn: !Ref Queue, RoleArn: 'arn:aws:iam::123456789012:role/submit',
         BatchParameters: {JobName: nightly, JobDefinition: !Ref Job}}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    yield from obstructed(pipelines, "size", lambda submit: str(submit.demand))


RULE = Rule(
    id="CHECK101",
    title="an instance that the queue may start holds the job",
    severity="error",
    otherwise=(
        "The job stays in RUNNABLE forever. Of the memory of an instance the operating system and the ECS agent keep a "
        "part: a job of 8 GiB does not fit an instance of 8 GiB."
    ),
    fix="Ask for less, or name a larger instance type in the compute environment.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html",
    example=Example(_TEMPLATE, wrong="'8192'", right="'7168'"),
    look=_look,
)
