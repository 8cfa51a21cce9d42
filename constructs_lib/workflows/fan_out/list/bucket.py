"""The bucket for lists that do not fit into the environment of a job, and for the results of jobs."""

from typing import Any, Final

from aws_cdk import Annotations, Duration, RemovalPolicy, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.core.stacks import same_deployment
from constructs_lib.rules import Caution
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.permissions import get_and_put_objects, list_objects, put_objects
from constructs_lib.workflows.submit.throttling import retry_failed_s3

PREFIX: Final = "fan-out/"
"""Fan-outs put all objects below this prefix, and have permissions for this prefix alone."""

_ID: Final = "FanOutBucket"


def fan_out_bucket(scope: Construct) -> s3.IBucket:
    """The bucket that all fan-outs of a stack share, made by the first of them.

    Private, encrypted, TLS only; its objects expire after 30 days. The bucket and the results in it outlive the stack.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """
    stack = Stack.of(scope)
    existing = stack.node.try_find_child(_ID)
    if isinstance(existing, s3.Bucket):
        return existing
    return s3.Bucket(
        stack,
        _ID,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        lifecycle_rules=[
            s3.LifecycleRule(
                expiration=Duration.days(30),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            )
        ],
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.RETAIN,
    )


def grant_to_job(
    scope: Construct, bucket: s3.IBucket, job: batch.IJobDefinition, *, skip_finished: bool = False
) -> None:
    """Allow a job to read its list and write its result, if the role of the job is known here.

    The role of an imported definition is not known. A definition of this app without a role causes a warning.

    Args:
        scope: the fan-out.
        bucket: of the fan-out.
        job: the definition.
        skip_finished: whether it may also look for an earlier result.
    """
    container = getattr(job, "container", None)
    role: iam.IRole | None = getattr(container, "job_role", None)
    if role is not None:
        grant_to_role(scope, bucket, role, skip_finished=skip_finished)
    elif container is not None:
        Annotations.of(scope).add_warning_v2(
            Caution.JOB_WITHOUT_ROLE.id,
            "The job has no role, so its container has no credentials: it cannot read a list that travels through S3, "
            "and cannot write the result of its item. Give the container a `job_role`, or acknowledge this if it needs "
            "neither.",
        )


def grant_to_role(scope: Construct, bucket: s3.IBucket, role: iam.IRole, *, skip_finished: bool = False) -> None:
    """Allow the role of a job or task to read the list and write the result.

    Permissions of a role in another stack become a policy in this stack, which depends on the other one anyway: a
    policy in the other stack would refer to the bucket in this one, and make the dependency circular.
    """
    looking = [list_objects(bucket, f"{PREFIX}*")] if skip_finished else []
    for statement in [*get_and_put_objects(bucket, f"{PREFIX}*"), *looking]:
        if same_deployment(scope, role):
            role.add_to_principal_policy(statement)
        else:
            _policy(Stack.of(scope), role).add_statements(statement)


def _policy(stack: Stack, role: iam.IRole) -> iam.Policy:
    """The policy for a role of another stack, which all fan-outs of a stack share."""
    construct_id = f"FanOutRights{role.node.addr}"
    existing = stack.node.try_find_child(construct_id)
    return existing if isinstance(existing, iam.Policy) else iam.Policy(stack, construct_id, roles=[role])


class StoreList(TaskState):
    """A state that puts a list into the bucket.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        bucket: where the list is stored.
        key: JSONata for the key of the object.
        body: the content of the object, as written in the definition.
        outputs: the output of the state.
        comment: what the state does, for readers of the definition.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        key: str,
        body: Any,
        outputs: str,
        comment: str,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            resource="aws-sdk:s3:putObject",
            arguments={
                "Bucket": bucket.bucket_name,
                "Key": jsonata(key),
                # A value, not a string: Step Functions serializes it as JSON.
                "Body": body,
                "ContentType": "application/json",
            },
            outputs=jsonata(outputs),
            statements=put_objects(bucket, f"{PREFIX}*"),
            comment=comment,
        )
        retry_failed_s3(self)


def without(field: str) -> str:
    """JSONata for the input of a state without one of its fields."""
    return f"$sift($states.input, function($value, $key) {{ $key != '{field}' }})"


def renamed(field: str, to: str) -> str:
    """JSONata for the input of a state with another name for one of its fields."""
    return f'$merge([{without(field)}, {{"{to}": $states.input.{field}}}])'
