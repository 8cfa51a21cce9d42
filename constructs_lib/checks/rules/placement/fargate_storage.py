"""Disks that Fargate does not have."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_FARGATE_STORAGE_GIB as _MOST
from constructs_lib.limits import MIN_FARGATE_STORAGE_GIB as _LEAST


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        for body, path in definition.bodies if "FARGATE" in (definition.platforms or ()) else ():
            size = number(member(body, "EphemeralStorage", "SizeInGiB"))
            if size is not None and not _LEAST <= size <= _MOST:
                got = f"{size:g} GiB of ephemeral storage"
                yield Found(definition.resource, (*path, "EphemeralStorage"), got, f"Fargate has {_LEAST} to {_MOST}")


RULE = Rule(
    id="CHECK120",
    title="the ephemeral storage of a job on Fargate is 21 to 200 GiB",
    severity="error",
    otherwise="RegisterJobDefinition refuses the size.",
    fix="Ask for 21 to 200 GiB, leave it out for 20, or mount a file system.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_EphemeralStorage.html",
    example=Example(
        pipeline(
            computing="{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}",
            job="PlatformCapabilities: [FARGATE]",
            container="ExecutionRoleArn: arn:aws:iam::123456789012:role/execution\n"
            "      EphemeralStorage: {SizeInGiB: <VALUE>}",
        ),
        wrong="201",
        right="200",
    ),
    look=_look,
)
