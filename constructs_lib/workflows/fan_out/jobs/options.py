"""The options that fan-outs share, each documented once; a construct whose option means more says so itself."""

from collections.abc import Sequence
from typing import Annotated

from aws_cdk import Size
from aws_cdk import aws_batch as batch

from constructs_lib.core.checked.options import Option
from constructs_lib.workflows.fan_out.list.options import ListOptions
from constructs_lib.workflows.submit.job_options import SubmitOptions


class FanOutOptions(ListOptions, SubmitOptions, total=False):
    """What all fan-outs over AWS Batch take, whatever their strategy."""

    fallback_queue: Annotated[
        batch.IJobQueue | None,
        Option(
            "where items run again, once, whose job AWS ended with the capacity under it (``Host EC2 … "
            "terminated``, ``Your Spot Task was interrupted``), after all its attempts, or whose job the queue "
            "cancelled because AWS had no capacity (``cancel_without_capacity_after`` of a `JobQueue`). Items "
            "that failed by themselves do not. Default: none, they have failed."
        ),
    ]
    memory_steps: Annotated[
        Sequence[Size] | None,
        Option(
            "growing sizes with which items run again, one after the other, whose job was killed for want of "
            "memory (exit code 137, ``OutOfMemoryError``), after all its attempts. Default: none, they have "
            "failed."
        ),
    ]
    skip_finished: Annotated[
        bool,
        Option(
            "jobs look for the result of their item in S3 and end at once if it is there, as it may be when an "
            "execution is redriven or rerun. The container has to look, as the worker does (``SKIP_FINISHED``); "
            "the role of an imported definition needs ``s3:ListBucket`` below ``fan-out/``. Default: every job "
            "works.",
            default=False,
        ),
    ]
    job_name: Annotated[
        str | None,
        Option("letters, digits, hyphens and underscores, or a JSONata expression. Default: made of the construct id."),
    ]
