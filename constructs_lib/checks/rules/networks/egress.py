"""Security groups that let nothing out to AWS."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule

_HTTPS = 443


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        groups = environment.security_groups
        if environment.kind and not pipelines.security_groups.let_out(groups, _HTTPS):
            shown = ", ".join(group.shown for group in pipelines.security_groups.known(groups) or ())
            path = ("ComputeResources", "SecurityGroupIds")
            yield Found(environment.resource, path, f"{shown}, which lets out nothing to port 443", "AWS is there")


RULE = Rule(
    id="CHECK303",
    title="a security group of a compute environment lets HTTPS out",
    severity="error",
    otherwise=(
        "Images, logs and Amazon ECS are reached over HTTPS, by endpoints too: tasks on Fargate end with "
        "`ResourceInitializationError`, and instances never register, so that jobs stay in RUNNABLE."
    ),
    fix="Add a rule to SecurityGroupEgress: TCP to port 443.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
    example=Example(
        in_a_vpc(egress="<VALUE>"),
        wrong="{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}",
        right="{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}",
    ),
    look=_look,
)
