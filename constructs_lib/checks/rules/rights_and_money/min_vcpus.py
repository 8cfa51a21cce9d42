"""Instances that run without jobs."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        if environment.min_vcpus:
            path = ("ComputeResources", "MinvCpus")
            yield Found(environment.resource, path, f"{environment.min_vcpus:g}", "0 keeps nothing running")


RULE = Rule(
    id="CHECK605",
    title="a compute environment keeps no vCPUs without jobs",
    severity="note",
    otherwise=("MinvCpus above 0 keeps instances running, and costing, all the time."),
    fix="Set MinvCpus to 0, unless jobs have to begin at once.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html",
    example=Example(
        pipeline(
            computing="{Type: EC2, MinvCpus: <VALUE>, MaxvCpus: 256, InstanceTypes: [optimal], Subnets: [subnet-1]}"
        ),
        wrong="4",
        right="0",
    ),
    look=_look,
)
