"""Every AWS quota that this library relies on, once, with the page that says so; sorted by service."""

from typing import Final

# AWS Batch: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html

MIN_ARRAY_SIZE: Final = 2
MAX_ARRAY_SIZE: Final = 10_000
"""Children of an array job; https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html."""

MIN_ATTEMPTS: Final = 1
MAX_ATTEMPTS: Final = 10
MAX_EVALUATE_ON_EXIT: Final = 5
MAX_EVALUATE_ON_EXIT_CHARACTERS: Final = 512
"""Retry strategy; https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html."""

MIN_TIMEOUT_SECONDS: Final = 60
"""Of an attempt; https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html."""

MAX_CONTAINER_OVERRIDES_CHARACTERS: Final = 8_192
"""Overrides of a job, JSON formatting included;
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html."""

MAX_JOB_NAME_CHARACTERS: Final = 128
MAX_SCHEDULING_PRIORITY: Final = 9_999
MAX_TAGS: Final = 50
MAX_TAG_KEY_CHARACTERS: Final = 128
MAX_TAG_VALUE_CHARACTERS: Final = 256
"""Of a job; https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html."""

MAX_SUBMIT_JOB_REQUEST_BYTES: Final = 30 * 1024
MAX_JOB_DEFINITION_BYTES: Final = 24 * 1024
MAX_DESCRIBE_JOBS: Final = 100
"""Ids per call; https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobs.html."""

MAX_JOBS_PER_BULK_CALL: Final = 50
MAX_REASON_CHARACTERS: Final = 1_024
"""Of CancelJobs and TerminateJobs; https://docs.aws.amazon.com/batch/latest/APIReference/API_CancelJob.html."""

MAX_LIST_JOBS: Final = 1_000
MAX_RESULTS_PER_PAGE: Final = 100
"""Jobs per page of ListJobs without filters, and anything else per page of anything;
https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html."""

MAX_FRONT_OF_QUEUE: Final = 100
MAX_TOP_SHARES: Final = 20
"""Of a snapshot of a queue; https://docs.aws.amazon.com/batch/latest/APIReference/API_GetJobQueueSnapshot.html."""

MAX_DEPENDENCIES: Final = 20
"""Jobs that a job may wait for."""

MAX_SUBMITTED_JOBS: Final = 1_000_000
SUBMIT_JOB_PER_SECOND: Final = 50
"""Per account and region."""

MAX_CONTAINERS_PER_JOB: Final = 10
"""https://docs.aws.amazon.com/batch/latest/userguide/multi-container-jobs.html"""

INACTIVE_DEFINITION_DAYS: Final = 180
"""How long a deregistered job definition can be described;
https://docs.aws.amazon.com/batch/latest/APIReference/API_DeregisterJobDefinition.html."""

MAX_ENVIRONMENTS: Final = 50
MAX_QUEUES: Final = 50
"""Per account and region."""

MAX_CONSUMABLE_RESOURCES: Final = 50_000
"""Per account and region."""

MAX_ENVIRONMENTS_PER_QUEUE: Final = 3
MAX_QUEUE_PRIORITY: Final = 1000
"""https://docs.aws.amazon.com/batch/latest/userguide/job_queue_parameters.html"""

MAX_ACTIVE_SHARES: Final = 500
"""Share identifiers of a queue's jobs that have not ended; https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html."""

MAX_COMPUTE_RESERVATION: Final = 99
MAX_SHARE_DECAY_SECONDS: Final = 604_800
MIN_WEIGHT_FACTOR: Final = 0.0001
MAX_WEIGHT_FACTOR: Final = 999.9999
"""Fair share; https://docs.aws.amazon.com/batch/latest/APIReference/API_FairsharePolicy.html."""

MIN_JOB_STATE_TIME_LIMIT_SECONDS: Final = 600
MAX_JOB_STATE_TIME_LIMIT_SECONDS: Final = 86_400
"""https://docs.aws.amazon.com/batch/latest/APIReference/API_JobStateTimeLimitAction.html"""

MIN_SCALE_DOWN_DELAY_MINUTES: Final = 20
MAX_SCALE_DOWN_DELAY_MINUTES: Final = 10_080
"""How long an instance stays after its last job; https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeScalingPolicy.html."""

MAX_SCALE_IN_SECONDS: Final = 3_600
"""How long an ECS managed instance may be idle; https://docs.aws.amazon.com/batch/latest/APIReference/API_InfrastructureOptimization.html."""

MAX_UPDATE_TIMEOUT_MINUTES: Final = 7_200
"""How long an update waits for jobs; https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdatePolicy.html."""

MIN_MEMORY_MIB: Final = 4
"""Of a job on EC2; https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html."""

MAX_NODE_GROUPS: Final = 5
MAX_NODES: Final = 1_000
"""Of a multi-node parallel job, the nodes by default; https://docs.aws.amazon.com/batch/latest/userguide/mnp-node-groups.html."""

MAX_SWAPPINESS: Final = 100
"""https://docs.aws.amazon.com/batch/latest/APIReference/API_LinuxParameters.html"""

MAX_FARGATE_SECURITY_GROUPS: Final = 5
MAX_FARGATE_SUBNETS: Final = 16
"""https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html"""

MIN_FARGATE_STORAGE_GIB: Final = 21
MAX_FARGATE_STORAGE_GIB: Final = 200
"""https://docs.aws.amazon.com/batch/latest/APIReference/API_EphemeralStorage.html"""

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

# AWS Budgets: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html

BUDGET_NOTIFICATIONS: Final = 10
BUDGET_NOTIFIED_EMAILS: Final = 10
"""Of a budget, and of each of its notifications beside one topic."""

# AWS CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html

CLOUDFORMATION_RESOURCES: Final = 500
"""Of a stack."""

CLOUDWATCH_LOGS_DRIVER_EVENT_BYTES: Final = 262_144 - 26
"""Of a line that the log driver awslogs sends as one event, in UTF-8: what is longer becomes several.

Source: https://docs.docker.com/engine/logging/drivers/awslogs/ and its code, maximumBytesPerEvent.
"""

CLOUDWATCH_LOGS_EVENT_OVERHEAD_BYTES: Final = 26
"""What an event counts beside its message.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

CLOUDWATCH_LOGS_METRIC_DIMENSIONS: Final = 3
"""Of a metric that a metric filter makes.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
"""

CLOUDWATCH_LOGS_METRIC_FILTERS: Final = 100
"""Of a log group.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

CLOUDWATCH_LOGS_PAGE_BYTES: Final = 1024 * 1024
CLOUDWATCH_LOGS_PAGE_EVENTS: Final = 10_000
"""Of an answer of GetLogEvents and FilterLogEvents.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

CLOUDWATCH_LOGS_QUERY_RESULTS: Final = 10_000
"""Of a query that has no limit; https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html."""

CLOUDWATCH_LOGS_TAIL_EVENTS: Final = 500
"""Of an update of a Live Tail session; https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html."""

CLOUDFORMATION_TEMPLATE_BYTES: Final = 1_000_000
"""Of a template in S3, indentation included."""

# AWS CodeBuild: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html

MIN_BUILD_MINUTES: Final = 5
MAX_BUILD_MINUTES: Final = 2_160
"""Of the timeout of a build."""

# Amazon EC2: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html

CLOUDWATCH_LOGS_RESOURCE_POLICY_CHARACTERS: Final = 5_120
"""Of one of the ten of an account and region.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
"""

SPOT_NOTICE_SECONDS: Final = 120
"""Between the notice that a Spot Instance is taken back and its end; Fargate Spot has the same."""

# Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html

MAX_ECR_MUTABLE_TAGS: Final = 5
"""Filters for tags that may be moved although others may not."""

# Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-ami-storage-config.html

ECS_IMAGE_ROOT_VOLUME_GIB: Final = 30
"""Root volume of the ECS-optimized images, hence the smallest that an instance of them can have."""

MAX_TASK_SECURITY_GROUPS: Final = 5
MAX_TASK_SUBNETS: Final = 16
"""Of a task; https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html."""

# Amazon EventBridge: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html

EVENT_PATTERN_CHARACTERS: Final = 2_048

MIN_EVENT_AGE_SECONDS: Final = 60
MAX_EVENT_AGE_SECONDS: Final = 86_400
MAX_EVENT_RETRIES: Final = 185
"""Of rules and of schedules alike;
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html."""

MAX_FLEXIBLE_WINDOW_MINUTES: Final = 1_440
"""https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html"""

MAX_PIPE_BATCH: Final = 10_000
MAX_PIPE_WINDOW_SECONDS: Final = 300
"""Of a pipe from a queue;
https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceSqsQueueParameters.html."""

# Amazon CloudWatch: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html and
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html

MAX_METRIC_FILTERS: Final = 100
"""Of a log group."""

# Amazon FSx for Lustre: https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html

FSX_LUSTRE_MIN_CAPACITY_GIB: Final = 1200
FSX_LUSTRE_CAPACITY_STEP_GIB: Final = 2400
FSX_LUSTRE_SCRATCH_1_STEP_GIB: Final = 3600
"""Capacity on SSDs is the smallest, 2,400 or a multiple of the step."""

# AWS IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html

SESSION_SECONDS: Final = (3_600, 43_200)
"""The shortest and the longest of a role's longest session."""

# Amazon SNS: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

SNS_SUBJECT_CHARACTERS: Final = 100

# Amazon SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html

MAX_FIFO_BATCH: Final = 10

MAX_RECEIVE_COUNT: Final = 1_000
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""

# AWS Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

STEP_FUNCTIONS_CSV_HEADER_BYTES: Final = 10 * 1024
"""Of a CSV file that a Map state reads; https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html."""

STEP_FUNCTIONS_DEFINITION_BYTES: Final = 1024 * 1024
STEP_FUNCTIONS_NAME_CHARACTERS: Final = 80
"""Of a state machine or an execution."""

STEP_FUNCTIONS_DISTRIBUTED_MAP_CONCURRENCY: Final = 10_000
"""Child executions at once; https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html."""

STEP_FUNCTIONS_EVENT_PAYLOAD_BYTES: Final = 248 * 1024
"""Of input and output, escaped, in an event about an execution;
https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html."""

STEP_FUNCTIONS_EXECUTION_SECONDS: Final = 365 * 24 * 60 * 60
"""Of a standard execution."""

STEP_FUNCTIONS_HISTORY_EVENTS: Final = 25_000
"""Of a standard execution; https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html."""

STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY: Final = 40
"""Iterations at once; https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html."""

STEP_FUNCTIONS_MAP_LABEL_CHARACTERS: Final = 40
"""https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html"""

STEP_FUNCTIONS_PAYLOAD_BYTES: Final = 262_144
"""Of input or result of a task, state or execution, as UTF-8 JSON."""

STEP_FUNCTIONS_CAUSE_CHARACTERS: Final = 32_768
"""Of the cause of a failed execution; https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html."""

STEP_FUNCTIONS_READER_ITEMS: Final = 100_000_000
"""Of MaxItems; https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html."""

STEP_FUNCTIONS_STATE_NAME_CHARACTERS: Final = 80
"""https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""

STEP_FUNCTIONS_TASK_SECONDS: Final = 99_999_999
"""Of TimeoutSeconds; https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html."""
