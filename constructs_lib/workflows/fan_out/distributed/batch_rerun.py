"""Which items of a batch run when an execution is rerun: few indexes are in the batch's input, many are read from S3.

Indexes that do not fit beside a batch are in S3. Each part covers 10,000 items and lists the indexes of those that run.
A batch reads only the parts of its own items: one or two, however long the list is.
"""

from typing import Final

from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.core.protocol import PART
from constructs_lib.workflows.fan_out.list.bucket import PREFIX
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.permissions import get_objects
from constructs_lib.workflows.submit.throttling import retry_failed_s3

RERUN: Final = program(__file__, "rerun").bind()
"""The rerun of this fan-out in the input of the execution; null if there is none."""

TO_RUN: Final = "$states.input.BatchInput.rerun"

HAS_PARTS: Final = "$count($states.input.parts) > 0"
"""JSONata for whether a batch has parts that are not read yet."""


def read_indexes(scope: Construct, bucket: s3.IBucket) -> TaskState:
    """The state that reads one part and removes from a batch the items that do not run."""
    key = f"{TO_RUN}.indexesKey & '/' & $string($states.input.parts[0]) & '.json'"
    task = TaskState(
        scope,
        "Read indexes to rerun",
        resource="aws-sdk:s3:getObject",
        arguments={"Bucket": bucket.bucket_name, "Key": jsonata(key)},
        outputs=program(__file__, "without_part").bind(itemsOfPart=PART),
        statements=get_objects(bucket, f"{PREFIX}*"),
        comment="Leaves out the items of the batch that have succeeded before.",
    )
    retry_failed_s3(task)
    return task
