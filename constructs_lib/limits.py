"""Every AWS quota that this library relies on, once, with the page that says so; sorted by service."""

from typing import Final

# AWS Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

STEP_FUNCTIONS_HISTORY_EVENTS: Final = 25_000
"""Events in the history of a standard execution; https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html."""

STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY: Final = 40
"""Concurrent iterations of an inline Map; https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html."""

STEP_FUNCTIONS_PAYLOAD_BYTES: Final = 262_144
"""UTF-8 bytes of input or result of a task, state or execution."""

# AWS Batch: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html
MIN_ARRAY_SIZE: Final = 2
MAX_ARRAY_SIZE: Final = 10_000
MAX_CONTAINER_OVERRIDES_CHARACTERS: Final = 8_192
"""Overrides of a job in all, JSON formatting included: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html"""
MAX_DESCRIBE_JOBS: Final = 100
"""https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobs.html"""
MAX_ENVIRONMENTS_PER_QUEUE: Final = 3
MAX_SUBMIT_JOB_REQUEST_BYTES: Final = 30 * 1024
