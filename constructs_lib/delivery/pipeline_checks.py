"""Checks of what an image pipeline builds."""

import posixpath
from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import check_whole, in_minutes, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.jobs.container_job import ContainerJob
from constructs_lib.limits import MAX_BUILD_MINUTES, MIN_BUILD_MINUTES
from constructs_lib.rules import Rule


def check_build(place: ArgumentPath, directory: str, file: str, timeout: Duration | None) -> None:
    """Refuse paths outside of the source, and a timeout that CodeBuild does not allow."""
    for name, path in {"directory": directory, "file": file}.items():
        if resolved(path) and (not path or path.startswith("/") or posixpath.normpath(path).startswith("..")):
            raise Rule.BUILD_PATH.error(
                place.of(name),
                got=repr(path),
                expected="a path inside of the source is needed",
                fix="Write it relative to the top of the source, as 'jobs/resize'.",
            )
    minutes = in_minutes(place.of("timeout"), timeout) if timeout else None
    check_whole(place.of("timeout"), minutes, unit="minutes", rule=Rule.BUILD_TIMEOUT)
    if minutes is not None and resolved(minutes) and not MIN_BUILD_MINUTES <= minutes <= MAX_BUILD_MINUTES:
        raise Rule.BUILD_TIMEOUT.error(
            place.of("timeout"),
            got=f"{readable(minutes)} minutes",
            expected=f"AWS CodeBuild allows {MIN_BUILD_MINUTES} to {MAX_BUILD_MINUTES:,} minutes",
            fix="Choose a value in this range.",
        )


def pipeline_architecture(
    place: ArgumentPath, jobs: Sequence[ContainerJob], given: ec2.InstanceArchitecture | None
) -> ec2.InstanceArchitecture | None:
    """The processor to build for; refuses jobs that run on different ones, or on another than was asked for."""
    known = {job.node.path: job.image.architecture for job in jobs if job.image.architecture is not None}
    wanted = given or next(iter(known.values()), None)
    wrong = {path: found for path, found in known.items() if found != wanted}
    if wanted is not None and wrong:
        raise Rule.ONE_PROCESSOR_PER_PIPELINE.error(
            place.of("architecture"),
            got=f"{wanted.name} with " + ", ".join(f"{path} ({found.name})" for path, found in wrong.items()),
            fix="Make one pipeline per processor, or leave architecture out: it follows from the jobs.",
        )
    return wanted
