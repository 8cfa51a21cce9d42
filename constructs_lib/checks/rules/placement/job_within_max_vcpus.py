"""Jobs that need more vCPUs than the environments of their queue may have."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.placement import vcpus_at_once
from constructs_lib.checks.obstacles import obstructed
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: EC2, MaxvCpus: <VALUE>, InstanceTypes: [optimal], Subnets: [subnet-1]}
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref Environment}]
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    ContainerProperties:
      Image: busybox
      ResourceRequirements: [{Type: VCPU, Value: '8'}, {Type: MEMORY, Value: '2048'}]
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties:
    RoleArn: arn:aws:iam::123456789012:role/machine
    DefinitionString: !Sub |
      {"StartAt": "Run", "States": {"Run": {"Type": "Task", "End": true, "TimeoutSeconds": 3600,
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Parameters": {"JobName": "run", "JobQueue": "${Queue}", "JobDefinition": "${Job}"}}}}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    yield from obstructed(pipelines, "maximum", lambda submit: f"{vcpus_at_once(submit):g} vCPUs")


RULE = Rule(
    id="CHECK102",
    title="a job needs no more vCPUs than an environment of its queue may have",
    severity="error",
    otherwise="The job stays in RUNNABLE forever: MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE.",
    fix="Raise MaxvCpus of the compute environment, or ask for fewer vCPUs.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html",
    example=Example(_TEMPLATE, wrong="4", right="8"),
    look=_look,
)
