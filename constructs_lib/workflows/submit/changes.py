"""Checks of the parts of a job definition of this app that a submit changes, against the definition.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html#parameters and
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Size
from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.names import check_apart
from constructs_lib.core.tokens import resolved
from constructs_lib.jobs.checks import check_size
from constructs_lib.jobs.container_job import ContainerJob
from constructs_lib.jobs.several_containers.job import MultiContainerJob
from constructs_lib.jobs.several_nodes.job import MultiNodeJob
from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import is_jsonata


def check_changes(
    place: ArgumentPath,
    job: batch.IJobDefinition,
    *,
    environment: Mapping[str, str] | str | None = None,
    command: Sequence[str] | None = None,
    parameters: Mapping[str, str] | None = None,
) -> None:
    """Refuse references without a value, a variable that is a secret of the job, and a missing function.

    Args:
        place: of the submit.
        job: the definition; an imported one is not checked.
        environment: variables, or an expression for them.
        command: replaces the definition's.
        parameters: values for ``Ref::name``.
    """
    if not isinstance(job, ContainerJob | MultiContainerJob | MultiNodeJob):
        return
    program = job.program
    missing = program.without_value(command, parameters)
    if missing:
        raise Rule.PARAMETER.error(
            place.within("parameters" if command is None else "command"),
            got=f"{', '.join(f'Ref::{name}' for name in missing)} in the command, and no parameter of that name",
            expected="AWS Batch puts the value of a parameter in its place",
            fix=f"Pass parameters={{{missing[0]!r}: …}} to the job definition, as its default.",
        )
    program.check_command(place.within("command"), command)
    if environment is not None and not isinstance(environment, str):
        check_apart(place.within("environment"), environment, program.secrets)


def check_sizes(
    place: ArgumentPath, job: batch.IJobDefinition, *, vcpus: float | None, memory: Size | None, gpus: int | None
) -> None:
    """Refuse sizes that the platform of the job does not offer, given the definition's sizes for the others."""
    if isinstance(job, ContainerJob) and any(each is not None for each in (vcpus, memory, gpus)):
        check_size(
            place,
            job.platform,
            job.vcpus if vcpus is None else vcpus,
            job.memory if memory is None else memory,
            job.gpus if gpus is None else gpus,
        )


def check_length(place: ArgumentPath, overrides: Mapping[str, Any] | None) -> None:
    """Refuse overrides that are too long even if their expressions and tokens turn out to be empty."""
    length = len(json.dumps(_literal(overrides or {}), separators=(",", ":")))
    if length > MAX_CONTAINER_OVERRIDES_CHARACTERS:
        raise Rule.OVERRIDES_LENGTH.error(
            place,
            got=f"variables and a command of {length:,} characters",
            expected=f"AWS Batch allows {MAX_CONTAINER_OVERRIDES_CHARACTERS:,} in what a submit changes",
            fix="Put what is the same for all jobs into the job definition, and long texts into S3.",
        )


def _literal(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _literal(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_literal(each) for each in value]
    return "" if is_jsonata(value) or not resolved(value) else value
