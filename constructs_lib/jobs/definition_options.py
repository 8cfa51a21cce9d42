"""The options of every kind of job definition: documented, checked and passed on in one place."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.options import Option
from constructs_lib.core.level1 import cfn_job_definition
from constructs_lib.core.names import check_resource_name
from constructs_lib.jobs.checks import check_priority, check_timeout
from constructs_lib.jobs.retry import Retry


class DefinitionOptions(TypedDict, total=False):
    """The common options of `ContainerJob`, `MultiContainerJob` and `MultiNodeJob`."""

    parameters: Annotated[
        Mapping[str, str] | None, Option("default values for ``Ref::name`` in commands. Default: no parameters.")
    ]
    retry: Annotated[
        Retry | None,
        Option(
            "number of attempts of the job as a whole, and the failures after which it is retried. Default: 3 attempts "
            "after failures of AWS, such as a Spot reclaim or an image that could not be pulled; a program that fails "
            "is not retried."
        ),
    ]
    timeout: Annotated[
        Duration | None,
        Option(
            "of an attempt, at least a minute; after it, AWS Batch ends the job and does not retry it. "
            "Default: one hour."
        ),
    ]
    job_role: Annotated[iam.IRole | None, Option("the role of the programs. Default: a new role without permissions.")]
    execution_role: Annotated[
        iam.IRole | None,
        Option(
            "the role with which ECS pulls images, writes logs and reads secrets. Default: a new role with only these "
            "permissions."
        ),
    ]
    log_group: Annotated[
        logs.ILogGroup | None, Option("log group of the output. Default: a new group, deleted with the stack.")
    ]
    log_retention: Annotated[
        logs.RetentionDays,
        Option("retention of the new log group. Default: one month.", default=logs.RetentionDays.ONE_MONTH),
    ]
    scheduling_priority: Annotated[
        int | None, Option("within a share of a fair-share queue, 0 to 9999. Default: no priority.")
    ]
    propagate_tags: Annotated[
        bool, Option("also tag the ECS tasks with the definition's tags. Default: yes.", default=True)
    ]
    keep_revisions: Annotated[
        bool,
        Option(
            "keep the previous revision ACTIVE in an update, for callers that submit it by its number; you deregister "
            "it yourself. Default: yes if a state machine of the app submits the job, because executions that began "
            "before the update still submit the previous revision; otherwise no, an update deregisters it.",
            default=False,
        ),
    ]
    job_definition_name: Annotated[str | None, Option("physical name. Default: made by CloudFormation.")]


def check_definition(place: ArgumentPath, options: DefinitionOptions) -> None:
    """Refuse a name, a timeout, a priority or a retry that AWS Batch would reject."""
    check_resource_name(place.of("job_definition_name"), options["job_definition_name"])
    check_timeout(place, options["timeout"])
    check_priority(place, options["scheduling_priority"])
    (options["retry"] or Retry()).check(place)


def definition_arguments(options: DefinitionOptions) -> dict[str, Any]:
    """The arguments of aws-cdk-lib's job definitions, by its names."""
    retry = options["retry"] or Retry()
    return {
        "parameters": options["parameters"],
        "retry_attempts": retry.attempts,
        "retry_strategies": retry.strategies(),
        "timeout": options["timeout"] or _one_hour(),
        "scheduling_priority": options["scheduling_priority"],
        "propagate_tags": options["propagate_tags"],
        "job_definition_name": options["job_definition_name"],
    }


def render_kept_revisions(job: Construct, options: DefinitionOptions) -> None:
    """Keep the previous revisions of a definition if that is asked for."""
    if options["keep_revisions"]:
        keep_revisions(job)


def keep_revisions(job: Construct) -> None:
    """Let CloudFormation keep the previous revision in an update, for which aws-cdk-lib has an argument since 2.247."""
    cfn_job_definition(job).add_property_override("ResourceRetentionPolicy.SkipDeregisterOnUpdate", True)  # noqa: FBT003 its value


@cache  # the same for most jobs, and each call of aws-cdk-lib is a round trip
def _one_hour() -> Duration:
    return Duration.hours(1)
