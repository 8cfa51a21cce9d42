"""The revision of a job definition that a state submits, while deployments register new ones.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-jobdefinition.html
"""

from typing import Final, cast
from weakref import WeakSet

from aws_cdk import aws_batch as batch
from constructs import Construct, IConstruct

from constructs_lib.core.arns import definition_arns, is_ours
from constructs_lib.core.stacks import same_deployment
from constructs_lib.jobs.definition_options import keep_revisions

_KEPT: Final[WeakSet[batch.IJobDefinition]] = WeakSet()


def submitted_revision(scope: IConstruct, job: batch.IJobDefinition) -> str:
    """The ARN that a state submits: of the revision deployed with it, or of the newest one in another stack.

    An execution keeps the definition with which it began, so the revision in it stays ACTIVE when a deployment
    registers the next. A revision of another stack would be an export, and CloudFormation refuses to change an export
    that is in use: no change of the job could be deployed.

    Args:
        scope: the construct that submits.
        job: the definition.
    """
    if not is_ours(job):
        return job.job_definition_arn
    if not same_deployment(scope, job):
        newest, *_ = definition_arns(scope, job)
        return newest
    if job not in _KEPT:
        keep_revisions(cast("Construct", job))
        _KEPT.add(job)
    return job.job_definition_arn
