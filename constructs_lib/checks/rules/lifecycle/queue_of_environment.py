"""Queues that keep an environment from being deleted or replaced."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.capacity import Environment, Queue
from constructs_lib.checks.model.lifetimes import is_kept
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, member
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeEnvironmentName: charts
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1, subnet-2]}
Queue:
  Type: AWS::Batch::JobQueue
  Properties:
    Priority: 1
    ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: <VALUE>}]
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for queue in pipelines.queues:
        entries = items(queue.resource.properties.get("ComputeEnvironmentOrder"))
        for index, (environment, entry) in enumerate(zip(queue.environments or (), entries or (), strict=True)):
            is_named = isinstance(member(entry, "ComputeEnvironment"), str)
            if environment and (reason := _reason(pipelines, queue, environment, is_named=is_named)):
                path = ("ComputeEnvironmentOrder", index, "ComputeEnvironment")
                yield Found(queue.resource, path, *reason)


def _reason(pipelines: Pipelines, queue: Queue, environment: Environment, *, is_named: bool) -> tuple[str, str] | None:
    ours, theirs = queue.resource, environment.resource
    lifetimes, shown = pipelines.lifetimes, environment.shown
    if lifetimes.root(ours.stack) is not lifetimes.root(theirs.stack):
        allowed = "an export cannot change while a stack imports it, as the ARN does when the environment is replaced"
        return f"{shown} of another stack", allowed
    if is_kept(ours) and is_kept(theirs) is False:
        return f"{shown}, which is deleted with the stack, and the queue is kept", "an environment has no queues then"
    if is_named and ours.stack is theirs.stack and not lifetimes.outlives(theirs, ours):
        return f"the name of {shown}", "a reference says in which order they are made, replaced and deleted"
    return None


RULE = Rule(
    id="CHECK405",
    title="a queue goes with its environments: it refers to them, in their stack, and is deleted with them",
    severity="warning",
    otherwise=(
        "AWS Batch deletes no environment that a queue has: `Cannot delete, found existing JobQueue relationship`. A "
        "replacement or a deletion of the environment fails, and the stack rolls back or stays."
    ),
    fix="Refer to the environment by !Ref, in the same stack, with the same DeletionPolicy.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/delete-compute-environment.html",
    example=Example(_TEMPLATE, wrong="charts", right="!Ref Environment"),
    look=_look,
)
