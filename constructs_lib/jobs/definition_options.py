"""The options of every job definition, whatever its containers are: documented, checked and handed on in one place."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.options import Option
from constructs_lib.core.names import check_resource_name
from constructs_lib.jobs.checks import check_priority, check_timeout
from constructs_lib.jobs.retry import Retry


class DefinitionOptions(TypedDict, total=False):
    """What `ContainerJob`, `MultiContainerJob` and `MultiNodeJob` take alike."""

    parameters: Annotated[
        Mapping[str, str] | None, Option("default values for ``Ref::name`` in commands. Default: none.")
    ]
    retry: Annotated[
        Retry | None,
        Option(
            "how often, and after which failures, the job as a whole is tried. Default: 3 attempts after a Spot "
            "reclaim or an image that could not be pulled; a program that fails is not tried again."
        ),
    ]
    timeout: Annotated[
        Duration | None,
        Option("of an attempt, at least a minute; AWS Batch then ends it, and does not retry it. Default: one hour."),
    ]
    job_role: Annotated[iam.IRole | None, Option("what the programs may do. Default: a new role with no rights.")]
    execution_role: Annotated[
        iam.IRole | None, Option("what ECS does for the job. Default: a new role with just these rights.")
    ]
    log_group: Annotated[
        logs.ILogGroup | None, Option("where its output goes. Default: a new group, deleted with the stack.")
    ]
    log_retention: Annotated[
        logs.RetentionDays,
        Option("how long the new group keeps it. Default: one month.", default=logs.RetentionDays.ONE_MONTH),
    ]
    scheduling_priority: Annotated[
        int | None, Option("within a share of a fair-share queue, 0 to 9999. Default: none.")
    ]
    propagate_tags: Annotated[
        bool, Option("give the definition's tags to the tasks. Default: they are given.", default=True)
    ]
    keep_revisions: Annotated[
        bool,
        Option(
            "an update leaves the revision before it ACTIVE, for those who submit by its number; to deregister it is "
            "then up to you. Default: it does if a state machine of the app submits the job, because executions that "
            "began before submit the revision that they know; otherwise an update deregisters it.",
            default=False,
        ),
    ]
    job_definition_name: Annotated[str | None, Option("physical name. Default: made by CloudFormation.")]


def check_definition(place: ArgumentPath, options: DefinitionOptions) -> None:
    """Refuse a name, a timeout, a priority or a retry that AWS Batch refuses."""
    check_resource_name(place.of("job_definition_name"), options["job_definition_name"])
    check_timeout(place, options["timeout"])
    check_priority(place, options["scheduling_priority"])
    (options["retry"] or Retry()).check(place)


def definition_arguments(options: DefinitionOptions) -> dict[str, Any]:
    """Those of them that aws-cdk-lib's job definitions take, as it calls them."""
    retry = options["retry"] or Retry()
    return {
        "parameters": options["parameters"],
        "retry_attempts": retry.attempts,
        "retry_strategies": retry.strategies(),
        "timeout": options["timeout"] or _one_hour(),
        "scheduling_priority": options["scheduling_priority"],
        "propagate_tags": options["propagate_tags"],
        "skip_deregister_on_update": options["keep_revisions"] or None,
        "job_definition_name": options["job_definition_name"],
    }


@cache  # the same for most jobs, and aws-cdk-lib makes each of them in another process
def _one_hour() -> Duration:
    return Duration.hours(1)
