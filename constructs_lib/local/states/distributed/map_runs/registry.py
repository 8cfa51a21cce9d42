"""Where map runs are found again: moto's backend of the account and region."""

from typing import Any

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.states.distributed.children.child import Child
from constructs_lib.local.states.distributed.map_runs.map_run import MapRun


def add(run: MapRun, env: Any) -> None:
    """Keep a map run of an execution."""
    details = env.aws_execution_details
    map_runs(stepfunctions_parser_backends[details.account][details.region])[run.arn] = run


def map_runs(backend: Any) -> dict[str, MapRun]:
    """Return the map runs of a backend by their ARN, in the order of their start; a reset of moto forgets them."""
    found: dict[str, MapRun] = vars(backend).setdefault("_map_runs", {})
    return found


def child(backend: Any, execution_arn: str) -> Child | None:
    """Return a child execution by its ARN, ``…:execution:machine/label:name``."""
    if "/" not in execution_arn:
        return None
    found = (run.child(execution_arn) for run in list(map_runs(backend).values()))
    return next((execution for execution in found if execution is not None), None)
