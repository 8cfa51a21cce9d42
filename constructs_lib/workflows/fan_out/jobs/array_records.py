"""The record of a chunk of items that ran as one job or one array job.

The input has ``{"index", "total", "environment", "indexes"?}``: the index of the first item, the number of items, and
their indexes if they are not consecutive. The record is ``{"index", "total", "failed", "jobId"?, "failedIndexes"?,
"error"?, "cause"?}``; for items that may run again, ``jobId`` is a list.
"""

from typing import Final

from constructs_lib.workflows.states.programs import program

SUCCEEDED: Final = program(__file__, "succeeded").bind()

REFUSED: Final = program(__file__, "refused").bind()
"""The record of items without a job."""

SINGLE_JOB_FAILED: Final = program(__file__, "single_job_failed").bind()
"""The record of a single job that failed, or was refused."""

ARRAY_JOB_FAILED: Final = program(__file__, "array_job_failed").bind()

CHILDREN_FAILED: Final = program(__file__, "children_failed").bind()
"""One more page of failed children, or the record of an array job whose failed children are known."""
