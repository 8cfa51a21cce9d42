"""The options of fan-outs, each documented once; a construct with a different meaning documents the option itself."""

from collections.abc import Sequence
from typing import Annotated

from aws_cdk import Size
from aws_cdk import aws_batch as batch

from constructs_lib.core.checked.options import Option
from constructs_lib.workflows.fan_out.list.options import ListOptions
from constructs_lib.workflows.submit.job_options import SubmitOptions


class FanOutOptions(ListOptions, SubmitOptions, total=False):
    """The options of all fan-outs over AWS Batch."""

    fallback_queue: Annotated[
        batch.IJobQueue | None,
        Option(
            "queue on which items run once more if AWS reclaimed the capacity of their job (``Host EC2 … terminated``, "
            "``Your Spot Task was interrupted``), after all attempts, or if their queue cancelled the job for lack of "
            "capacity (``cancel_without_capacity_after`` of a `JobQueue`). Items that fail for other reasons do not "
            "run again. Default: no queue, these items have failed."
        ),
    ]
    memory_steps: Annotated[
        Sequence[Size] | None,
        Option(
            "increasing memory sizes, tried one after the other, for items whose job ran out of memory (exit code 137, "
            "``OutOfMemoryError``) in all attempts. Default: no sizes, these items have failed."
        ),
    ]
    skip_finished: Annotated[
        bool,
        Option(
            "let jobs look for the result of their item in S3 and end at once if it exists, as it may when an "
            "execution is redriven or rerun. The container has to support this, as the worker does "
            "(``SKIP_FINISHED``); the role of an imported definition needs ``s3:ListBucket`` below ``fan-out/``. "
            "Default: no.",
            default=False,
        ),
    ]
    job_name: Annotated[
        str | None,
        Option("letters, digits, hyphens and underscores, or a JSONata expression. Default: from the construct id."),
    ]
