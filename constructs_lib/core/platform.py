"""The two kinds of capacity that a job can be made for."""

from enum import StrEnum


class Platform(StrEnum):
    """Where a job can run; the environments of its queue must be of the same kind."""

    EC2 = "EC2"
    FARGATE = "FARGATE"
