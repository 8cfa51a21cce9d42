"""Environments that cannot be updated in place."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import member
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        computing = environment.resource.properties.get("ComputeResources")
        strategy = member(computing, "AllocationStrategy")
        if environment.kind == "EC2" and isinstance(computing, dict) and strategy in (None, "BEST_FIT"):
            path = ("ComputeResources", "AllocationStrategy")
            got = "BEST_FIT" if strategy else "no AllocationStrategy, which is BEST_FIT"
            yield Found(environment.resource, path, got, "other strategies can be updated in place")


RULE = Rule(
    id="CHECK403",
    title="the allocation strategy of a compute environment is not BEST_FIT",
    severity="note",
    otherwise=(
        "An environment with BEST_FIT, which is the default, takes no infrastructure update: a change of its "
        "types, images or launch template replaces it. It also waits for one type where others have capacity."
    ),
    fix="Set AllocationStrategy to BEST_FIT_PROGRESSIVE, or to SPOT_PRICE_CAPACITY_OPTIMIZED for Spot.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/infrastructure-updates.html",
    example=Example(
        pipeline(
            computing="{Type: EC2, MaxvCpus: 256, AllocationStrategy: <VALUE>, InstanceTypes: [optimal], "
            "Subnets: [subnet-1]}"
        ),
        wrong="BEST_FIT",
        right="BEST_FIT_PROGRESSIVE",
    ),
    look=_look,
)
