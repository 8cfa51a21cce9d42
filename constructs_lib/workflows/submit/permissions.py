"""The permissions of the role of a state machine.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html,
https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-submission.html and
https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html
"""

import hashlib
import re
from typing import Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

from constructs_lib.core.arns import definition_arns
from constructs_lib.core.pseudo import account_id, partition, region
from constructs_lib.limits import MAX_TAG_VALUE_CHARACTERS

SUBMITTED_BY: Final = "constructs-lib:submitted-by"
"""Key of the tag that marks the jobs of a state, which its state machine may terminate."""


def job_mark(scope: Construct, construct_id: str) -> str:
    """The value of the tag: the path of the submit, changed where tags do not allow it."""
    path = f"{scope.node.path}/{construct_id}"
    digest = hashlib.sha256(path.encode()).hexdigest()[:8]
    mark = re.sub(r"[^A-Za-z0-9 +=._:/@-]", "-", path)[-(MAX_TAG_VALUE_CHARACTERS - len(digest) - 1) :]
    return mark if mark == path else f"{mark}-{digest}"


def submit(scope: IConstruct, job: batch.IJobDefinition, queue: batch.IJobQueue) -> iam.PolicyStatement:
    """Submit all revisions of one job definition to one queue."""
    # Tags that come with a job are authorized like the submit itself, on definition and queue.
    actions = ["batch:SubmitJob", "batch:TagResource"]
    return iam.PolicyStatement(actions=actions, resources=[*definition_arns(scope, job), queue.job_queue_arn])


def stop(submitted_by: str) -> iam.PolicyStatement:
    """Terminate the jobs that have a mark."""
    return iam.PolicyStatement(
        actions=["batch:TerminateJob"],
        resources=[_arn("batch", "job/*")],
        conditions={"StringEquals": {f"aws:ResourceTag/{SUBMITTED_BY}": submitted_by}},
    )


def describe_jobs() -> iam.PolicyStatement:
    """Describe jobs."""
    return iam.PolicyStatement(actions=["batch:DescribeJobs"], resources=["*"])  # AWS has no narrower resource for it


def submit_and_stop(
    scope: IConstruct, job: batch.IJobDefinition, queue: batch.IJobQueue, submitted_by: str
) -> list[iam.PolicyStatement]:
    """Submit one job definition to one queue, wait for its jobs, and terminate them with the execution."""
    return [
        submit(scope, job, queue),
        stop(submitted_by),
        describe_jobs(),
        iam.PolicyStatement(
            actions=["events:DescribeRule", "events:PutRule", "events:PutTargets"],
            resources=[_arn("events", "rule/StepFunctionsGetEventsForBatchJobsRule")],
        ),
    ]


def list_jobs() -> iam.PolicyStatement:
    """List the children of an array job."""
    return iam.PolicyStatement(actions=["batch:ListJobs"], resources=["*"])  # AWS has no narrower resource for it


def put_objects(bucket: s3.IBucket, pattern: str) -> list[iam.PolicyStatement]:
    """Put objects that match a pattern into a bucket, and use its key if it has one."""
    put = iam.PolicyStatement(actions=["s3:PutObject"], resources=[bucket.arn_for_objects(pattern)])
    return [put, *_key_statements(bucket, "kms:GenerateDataKey")]


def get_and_put_objects(bucket: s3.IBucket, pattern: str) -> list[iam.PolicyStatement]:
    """Get and put objects that match a pattern, and use the bucket's key if it has one."""
    objects = iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[bucket.arn_for_objects(pattern)])
    return [objects, *_key_statements(bucket, "kms:Decrypt", "kms:GenerateDataKey")]


def get_objects(bucket: s3.IBucket, *patterns: str) -> list[iam.PolicyStatement]:
    """Get objects that match one of some patterns from a bucket, and use its key if it has one."""
    resources = [bucket.arn_for_objects(pattern) for pattern in patterns]
    get = iam.PolicyStatement(actions=["s3:GetObject"], resources=resources)
    return [get, *_key_statements(bucket, "kms:Decrypt")]


def list_objects(bucket: s3.IBucket, pattern: str) -> iam.PolicyStatement:
    """List the objects of a bucket below prefixes that match a pattern."""
    return iam.PolicyStatement(
        actions=["s3:ListBucket"],
        resources=[bucket.bucket_arn],
        conditions={"StringLike": {"s3:prefix": pattern}},
    )


def write_results(bucket: s3.IBucket, pattern: str) -> list[iam.PolicyStatement]:
    """Write the results of a Distributed Map, large files in parts, and read them back.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    """
    actions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
    write = iam.PolicyStatement(actions=actions, resources=[bucket.arn_for_objects(pattern)])
    return [write, *_key_statements(bucket, "kms:Decrypt", "kms:GenerateDataKey")]


def _key_statements(bucket: s3.IBucket, *actions: str) -> list[iam.PolicyStatement]:
    key = bucket.encryption_key
    return [iam.PolicyStatement(actions=list(actions), resources=[key.key_arn])] if key else []


def _arn(service: str, resource: str) -> str:
    return f"arn:{partition()}:{service}:{region()}:{account_id()}:{resource}"
