"""Causes that a program wrote itself, in the last lines of its log."""

import re
from typing import Final

from constructs_lib.ops.reasons.denials import denial
from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.job_descriptions import job_role
from constructs_lib.ops.reasons.signs import read, sign

_DENIED = re.compile(r"not authorized to perform")


def in_the_log(job: FailedJob) -> Finding | None:
    """What the log says by itself: a refusal of AWS, a wrong architecture, a full disk, or no role at all."""
    for line in reversed(job.log):
        if _DENIED.search(line) and (found := denial(line, job_role(job.job))):
            return found.with_evidence(*job.last_lines)
    found = read(_SIGNS, list(reversed(job.log)), job.words)
    return found.with_evidence(*job.last_lines) if found else None


_SIGNS: Final = (
    # https://github.com/aws-solutions-library-samples/aws-batch-arch-for-protein-folding/issues/18 and
    # https://github.com/chrismld/aws-batch-101/issues/1
    sign(
        Cause.ARCHITECTURE,
        r"exec format error",
        "{image} was built for another architecture than that of the place where it runs, or its first program is no "
        "program: a script without #! in its first line.",
        Fix(
            "Build it for that architecture.",
            "docker buildx build --platform linux/amd64,linux/arm64 --tag {image} --push .",
        ),
        Fix(
            "Or run the job where its architecture is: instance types such as m7g, or runtimePlatform ARM64 on Fargate."
        ),
        source="https://docs.aws.amazon.com/batch/latest/APIReference/API_RuntimePlatform.html",
    ),
    # https://github.com/ryerkerk/aws-batch-python-tutorial/issues/1
    sign(
        Cause.NO_COMMAND,
        r"exec .*: no such file or directory",
        "The first program of {image} is not there, or the interpreter that its first line names is not: a script with "
        "line ends of Windows names one that nobody has.",
        Fix("Look at the command and ENTRYPOINT of the image, and write its scripts with line ends of Unix."),
        source="https://docs.docker.com/engine/containers/run/#exit-status",
    ),
    sign(
        Cause.DISK_FULL,
        r"No space left on device|ENOSPC",
        "Its disk is full.",
        Fix("Give Fargate more ephemeralStorage, instances a larger root volume, or write to a file system."),
        source="https://repost.aws/knowledge-center/batch-job-failure-disk-space",
    ),
    sign(
        Cause.DENIED,
        r"Unable to locate credentials|NoCredentialsError|NoCredentialProviders",
        "The program calls AWS and has no credentials: the job definition {definition} has no job role.",
        Fix(
            "Give the job definition a jobRoleArn whose role trusts ecs-tasks.amazonaws.com; "
            "ContainerJob makes one by itself."
        ),
        source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    ),
)
