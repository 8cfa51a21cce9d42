"""Amazon SQS by the time of the embedded AWS: moto goes by that of the machine, and waits while no time passes."""

from constructs_lib.local.sqs.queues import Queues

__all__ = ["Queues"]
