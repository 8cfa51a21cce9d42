"""Every AWS quota that this library relies on, once, with the page that says so; sorted by service."""

from typing import Final

# AWS Batch: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html

MIN_ARRAY_SIZE: Final = 2
MAX_ARRAY_SIZE: Final = 10_000
"""Children of an array job; https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html."""

MIN_ATTEMPTS: Final = 1
MAX_ATTEMPTS: Final = 10
MAX_EVALUATE_ON_EXIT: Final = 5
"""Retry strategy; https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html."""

MIN_TIMEOUT_SECONDS: Final = 60
"""Of an attempt; https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html."""

MAX_CONTAINER_OVERRIDES_CHARACTERS: Final = 8_192
"""Overrides of a job, JSON formatting included;
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html."""

MAX_JOB_NAME_CHARACTERS: Final = 128
MAX_SCHEDULING_PRIORITY: Final = 9_999
MAX_TAGS: Final = 50
MAX_TAG_VALUE_CHARACTERS: Final = 256
"""Of a job; https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html."""

MAX_SUBMIT_JOB_REQUEST_BYTES: Final = 30 * 1024
MAX_JOB_DEFINITION_BYTES: Final = 24 * 1024
MAX_DESCRIBE_JOBS: Final = 100
"""Ids per call; https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobs.html."""

MAX_ENVIRONMENTS_PER_QUEUE: Final = 3
MAX_QUEUE_PRIORITY: Final = 1000
"""https://docs.aws.amazon.com/batch/latest/userguide/job_queue_parameters.html"""

MIN_JOB_STATE_TIME_LIMIT_SECONDS: Final = 600
MAX_JOB_STATE_TIME_LIMIT_SECONDS: Final = 86_400
"""https://docs.aws.amazon.com/batch/latest/APIReference/API_JobStateTimeLimitAction.html"""

MIN_MEMORY_MIB: Final = 4
"""Of a job on EC2; https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html."""

MAX_FARGATE_SECURITY_GROUPS: Final = 5
MAX_FARGATE_SUBNETS: Final = 16
"""https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html"""

FARGATE_SIZES: Final[dict[float, tuple[int, ...]]] = {
    0.25: (512, 1024, 2048),
    0.5: tuple(range(1024, 4096 + 1, 1024)),
    1: tuple(range(2048, 8192 + 1, 1024)),
    2: tuple(range(4096, 16_384 + 1, 1024)),
    4: tuple(range(8192, 30_720 + 1, 1024)),
    8: tuple(range(16_384, 61_440 + 1, 4096)),
    16: tuple(range(32_768, 122_880 + 1, 8192)),
}
"""Memory sizes in MiB by vCPUs; https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html."""

# AWS Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

STEP_FUNCTIONS_HISTORY_EVENTS: Final = 25_000
"""Of a standard execution; https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html."""

STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY: Final = 40
"""Iterations at once; https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html."""

STEP_FUNCTIONS_PAYLOAD_BYTES: Final = 262_144
"""Of input or result of a task, state or execution, as UTF-8 JSON."""

STEP_FUNCTIONS_CAUSE_CHARACTERS: Final = 32_768
"""Of the cause of a failed execution; https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html."""

STEP_FUNCTIONS_STATE_NAME_CHARACTERS: Final = 80
"""https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
