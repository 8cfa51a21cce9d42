"""When a fault may happen: an attempt of a job, a SubmitJob call, an S3 request."""

import re
from dataclasses import dataclass

_UNIQUE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class StartingAttempt:
    """An attempt of a job that is about to start.

    Args:
        job_id: the job's id; a child's is ``parent:index``.
        name: the job's name.
        index: index of the item; None for a job that was given none.
        attempt: which one, from 1.
        capacity: the type of the compute environment: ``EC2``, ``SPOT``, ``FARGATE``, ``FARGATE_SPOT``.
        ordinal: how many jobs without an index and with the same name were there before.
    """

    job_id: str
    name: str
    index: int | None
    attempt: int
    capacity: str
    ordinal: int = 0

    @property
    def identity(self) -> str:
        """What is the same in every run of the same pipeline."""
        return f"{same_in_every_run(self.name)} {self.index} {self.ordinal} {self.attempt}"


@dataclass(frozen=True, slots=True)
class SubmitJobCall:
    """A SubmitJob call.

    Args:
        name: the job's name.
    """

    name: str

    @property
    def identity(self) -> str:
        """What is the same in every run of the same pipeline."""
        return same_in_every_run(self.name)

    def __str__(self) -> str:
        return f"SubmitJob {self.name}"


@dataclass(frozen=True, slots=True)
class S3Request:
    """A request to S3.

    Args:
        operation: such as ``GetObject``.
        bucket: the bucket; empty when there is none, as in ``ListBuckets``.
        key: the object; empty for an operation of a bucket.
    """

    operation: str
    bucket: str
    key: str

    @property
    def identity(self) -> str:
        """What is the same in every run of the same pipeline: names of buckets end with random characters."""
        return f"{self.operation} {same_in_every_run(self.key)}"

    def __str__(self) -> str:
        return f"{self.operation} s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class TargetDelivery:
    """What a schedule, a rule or a pipe delivers.

    Args:
        source: the name of these.
        target: the ARN of what it is for.
    """

    source: str
    target: str

    @property
    def identity(self) -> str:
        """What is the same in every run of the same pipeline: names of resources end with random characters."""
        return same_in_every_run(self.source.rpartition("-")[0] or self.source)

    def __str__(self) -> str:
        return f"delivery of {self.source} to {self.target}"


Call = SubmitJobCall | S3Request | TargetDelivery


def same_in_every_run(name: str) -> str:
    """A name without what executions and stacks have of their own."""
    return _UNIQUE.sub("*", name)
