"""The handler of each resource type."""

from collections.abc import Mapping
from functools import cache

from constructs_lib.local.stacks.handlers import (
    acm,
    apigateway,
    applicationautoscaling,
    athena,
    autoscaling,
    budgets,
    cloudformation,
    cloudtrail,
    cloudwatch,
    codebuild,
    codecommit,
    codepipeline,
    cognito,
    dynamodb,
    ec2,
    ecr,
    ecs,
    efs,
    elb,
    elbv2,
    events,
    firehose,
    fsx,
    glue,
    iam,
    iot,
    kinesis,
    kms,
    lambdas,
    logs,
    pipes,
    rds,
    redshift,
    resourcegroups,
    s3,
    scheduler,
    secretsmanager,
    servicediscovery,
    sns,
    sqs,
    ssm,
    stepfunctions,
)
from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.contract.moto_handler import moto_handler
from constructs_lib.local.stacks.handlers.custom import CustomResources, is_custom
from constructs_lib.local.stacks.handlers.custom.resources import CUSTOM_RESOURCE
from constructs_lib.local.stacks.not_emulated import LEFT_OUT

OWN: dict[str, Handler] = {
    **acm.HANDLERS,
    **apigateway.HANDLERS,
    **applicationautoscaling.HANDLERS,
    **athena.HANDLERS,
    **autoscaling.HANDLERS,
    **budgets.HANDLERS,
    **cloudformation.HANDLERS,
    **cloudtrail.HANDLERS,
    **cloudwatch.HANDLERS,
    **codebuild.HANDLERS,
    **codecommit.HANDLERS,
    **codepipeline.HANDLERS,
    **cognito.HANDLERS,
    **dynamodb.HANDLERS,
    **ec2.HANDLERS,
    **ecr.HANDLERS,
    **ecs.HANDLERS,
    **efs.HANDLERS,
    **elb.HANDLERS,
    **elbv2.HANDLERS,
    **events.HANDLERS,
    **firehose.HANDLERS,
    **fsx.HANDLERS,
    **glue.HANDLERS,
    **iam.HANDLERS,
    **iot.HANDLERS,
    **kinesis.HANDLERS,
    **kms.HANDLERS,
    **lambdas.HANDLERS,
    **logs.HANDLERS,
    **pipes.HANDLERS,
    **rds.HANDLERS,
    **redshift.HANDLERS,
    **resourcegroups.HANDLERS,
    **s3.HANDLERS,
    **scheduler.HANDLERS,
    **secretsmanager.HANDLERS,
    **servicediscovery.HANDLERS,
    **sns.HANDLERS,
    **sqs.HANDLERS,
    **ssm.HANDLERS,
    **stepfunctions.HANDLERS,
}
"""Handlers that are always the same, of each service."""

_CUSTOM = CustomResources()


class Handlers:
    """The handlers of an embedded AWS.

    Args:
        given: those that need something of it, such as its AWS Batch, by resource type.
    """

    def __init__(self, given: Mapping[str, Handler]) -> None:
        self._given = given

    def of(self, resource_type: str) -> Handler | None:
        """The handler of a type; None when it is not emulated."""
        found = self._given.get(resource_type) or OWN.get(resource_type)
        if found is None and is_custom(resource_type):
            return self._given.get(CUSTOM_RESOURCE, _CUSTOM)
        return found or _of_moto(resource_type)

    def not_emulated(self, resource_type: str) -> str | None:
        """What happens to a resource of this type instead of what AWS does; None when it is emulated."""
        return None if self.of(resource_type) else LEFT_OUT


@cache
def _of_moto(resource_type: str) -> Handler | None:
    return moto_handler(resource_type)
