"""Queues with environments of two processors."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.capacity import Environment
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Old:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: EC2, MaxvCpus: 16, InstanceTypes: [c7i], Subnets: [subnet-1]}
New:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: EC2, MaxvCpus: 16, InstanceTypes: [<VALUE>], Subnets: [subnet-1]}
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder:
      - {Order: 1, ComputeEnvironment: !Ref New}
      - {Order: 2, ComputeEnvironment: !Ref Old}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for queue in pipelines.queues:
        first: dict[str, Environment] = {}
        for environment in queue.environments or ():
            own = {shape.architecture for shape in environment.shapes or ()} if environment else set()
            if environment and len(own) == 1:
                first.setdefault(own.pop(), environment)
        if len(first) > 1:
            got = " and ".join(f"{each.shown} of {architecture}" for architecture, each in first.items())
            allowed = "the environments of a queue have one processor"
            yield Found(queue.resource, ("ComputeEnvironmentOrder",), got, allowed)


RULE = Rule(
    id="CHECK115",
    title="the environments of a queue have one processor architecture",
    severity="error",
    otherwise="CreateJobQueue refuses the queue.",
    fix="Make one queue for each architecture, and submit to the one that the image is for.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeEnvironmentOrder.html",
    example=Example(_TEMPLATE, wrong="c7g", right="c7a"),
    look=_look,
)
