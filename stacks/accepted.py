"""The findings of cdk-nag that these stacks accept: one rule on one resource, each with its reason.

Source of the rules: https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from constructs_lib import BatchStateMachine, ContainerJob, Ec2ComputeEnvironment

_PLACE = "arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>"
_JOBS = f"{_PLACE}:job/*"
_ECS_INSTANCE = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"


def accept_pipeline(
    *,
    bucket: s3.IBucket,
    jobs: Sequence[ContainerJob],
    machines: Sequence[BatchStateMachine],
    prefixes: Sequence[str] = ("fan-out/*",),
) -> None:
    """Accept what the rights of a fan-out's bucket, jobs and state machines cannot be narrowed to."""
    _accept(bucket, {"S1": "Lists and results that a run can make again; CloudTrail data events tell who read them."})
    objects = {
        f"IAM5[Resource::<{_logical_id(bucket)}.Arn>/{prefix}]": "The names of a run's objects are made when it runs."
        for prefix in prefixes
    }
    for job in jobs:
        _accept(job.job_role, objects)
        _accept(
            job.container.execution_role,
            {"IAM5[Resource::*]": "ecr:GetAuthorizationToken has no narrower resource."},
        )
    revisions = {
        f"IAM5[Resource::{_PLACE}:{_part(job, 5)}:*]": "Executions that began before a deployment submit its revisions."
        for job in jobs
    }
    for machine in machines:
        _accept(
            machine.role,
            {
                **objects,
                **revisions,
                "IAM5[Resource::*]": "AWS Batch describes and lists, X-Ray traces and Logs delivers on * only.",
                f"IAM5[Resource::{_JOBS}]": "Jobs get their ids when they are submitted; a tag narrows them.",
            },
        )


def accept_instances(environment: Ec2ComputeEnvironment) -> None:
    """Accept that the role of container instances is the one that AWS maintains for the ECS agent."""
    reason = "What the ECS agent calls changes with its releases; AWS keeps this policy up to date with them."
    _accept(environment.node.find_child("InstanceProfileRole"), {f"IAM4[Policy::{_ECS_INSTANCE}]": reason})


def accept_child_executions(machine: BatchStateMachine) -> None:
    """Accept that a Distributed Map may watch, stop and start again all of its child executions."""
    policy = machine.node.find_child("DistributedMapPolicy")
    arn = f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{_part(machine, 6)}"
    reason = "Child executions get their names when they are started."
    _accept(policy, {f"IAM5[Resource::{arn}:*]": reason, f"IAM5[Resource::{arn}/*:*]": reason})


def _part(construct: IConstruct, place: int) -> str:
    """How cdk-nag writes a part of the ARN of a resource."""
    return f'{{"Fn::Select":[{place},{{"Fn::Split":[":",{{"Ref":"{_logical_id(construct)}"}}]}}]}}'


def _logical_id(construct: IConstruct) -> str:
    return Stack.of(construct).get_logical_id(construct.node.default_child)


def _accept(resource: IConstruct, reasons: Mapping[str, str]) -> None:
    rules = [Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason) for rule, reason in reasons.items()]
    Validations.of(resource).acknowledge(*rules)
