"""The changes of a submitted job to the container of its definition.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerOverrides.html
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_cdk import Size

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.container_contract import SKIP_FINISHED
from constructs_lib.core.names import check_variables
from constructs_lib.core.quantities import as_text, check_whole, in_mebibytes
from constructs_lib.limits import MIN_MEMORY_MIB
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import check_jsonata

_SKIP_FINISHED: Final = {"Name": SKIP_FINISHED, "Value": "true"}
"""The variable that lets a job look for the result of its item before it works on it."""


def container_overrides(
    *,
    environment: Mapping[str, str] | str | None = None,
    command: Sequence[str] | None = None,
    vcpus: float | None = None,
    memory: Size | None = None,
    gpus: int | None = None,
) -> dict[str, Any] | None:
    """``ContainerOverrides`` of SubmitJob; None without changes."""
    resources = {
        "VCPU": vcpus,
        "MEMORY": memory.to_mebibytes() if memory else None,
        "GPU": gpus,
    }
    overrides = {
        "Command": list(command) if command else None,
        "Environment": environment_list(environment) if environment else None,
        "ResourceRequirements": [
            {"Type": kind, "Value": as_text(value)} for kind, value in resources.items() if value is not None
        ]
        or None,
    }
    return {name: value for name, value in overrides.items() if value is not None} or None


def check_overrides(place: ArgumentPath, environment: Mapping[str, str] | str | None, memory: Size | None) -> None:
    """Refuse variables that AWS Batch reserves, text that is no expression, and memory in fractions of a MiB."""
    if memory is not None:
        mebibytes = in_mebibytes(place.of("memory"), memory)
        check_whole(place.of("memory"), mebibytes, unit="MiB", rule=Rule.SUBMITTED_MEMORY)
        check_range(place.of("memory"), mebibytes, MIN_MEMORY_MIB, math.inf, rule=Rule.SUBMITTED_MEMORY, unit=" MiB")
    if isinstance(environment, str):
        check_jsonata(place.of("environment"), environment)
    else:
        check_variables(place.of("environment"), environment or {})


def environment_list(environment: Mapping[str, str] | str | None) -> list[dict[str, str]] | str:
    """The variables of a container as a list in the form of AWS; an expression has to return this form itself."""
    if isinstance(environment, str):
        return environment
    return [{"Name": name, "Value": value} for name, value in (environment or {}).items()]


def fan_out_environment(environment: Mapping[str, str] | None, *, skip_finished: bool) -> list[dict[str, str]]:
    """The environment variables of all jobs of a fan-out."""
    variables = [{"Name": name, "Value": value} for name, value in (environment or {}).items()]
    return [*variables, *([_SKIP_FINISHED] if skip_finished else [])]
