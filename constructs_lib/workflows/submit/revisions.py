"""Which revision of a job definition a state submits, while deployments make new ones.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-jobdefinition.html
"""

from typing import Final, cast
from weakref import WeakSet

from aws_cdk import CfnResource
from aws_cdk import aws_batch as batch
from constructs import IConstruct

from constructs_lib.core.arns import definition_arns, is_ours
from constructs_lib.core.stacks import same_deployment

_KEPT: Final[WeakSet[batch.IJobDefinition]] = WeakSet()


def submitted_revision(scope: IConstruct, job: batch.IJobDefinition) -> str:
    """The ARN that a state submits: of the revision that is deployed with it, or from another stack of the newest.

    An execution has its definition from when it began, so the revision in it stays ACTIVE when a deployment makes the
    next. In another stack it would be an export, and CloudFormation refuses to change an export that is in use, and so
    every change of the job.

    Args:
        scope: what submits.
        job: the definition.
    """
    if not is_ours(job):
        return job.job_definition_arn
    if not same_deployment(scope, job):
        newest, *_ = definition_arns(scope, job)
        return newest
    if job not in _KEPT:
        resource = cast("CfnResource", job.node.default_child)
        resource.add_property_override("ResourceRetentionPolicy.SkipDeregisterOnUpdate", True)  # noqa: FBT003 its value
        _KEPT.add(job)
    return job.job_definition_arn
