"""The errors with which Step Functions tells that AWS Batch throttled a submit.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/CommonErrors.html,
https://repost.aws/knowledge-center/aws-batch-requests-error and the names that Step Functions derives, which have
changed with the versions of its AWS SDK.
"""

from typing import Final

THROTTLED: Final = ("Batch.AWSBatchException", "Batch.BatchException", "Batch.TooManyRequestsException")
"""Whichever of them Step Functions uses, it is one of these."""

SUBMIT_ERRORS: Final = tuple(sorted({*THROTTLED, "Batch.ServerException"}))
"""All that a submit is worth repeating for."""
