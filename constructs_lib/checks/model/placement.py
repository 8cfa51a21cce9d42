"""Whether a job can ever start in an environment, and what keeps it from that.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html,
https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_RuntimePlatform.html and
https://docs.aws.amazon.com/batch/latest/userguide/multi-node-parallel-jobs.html
"""

from dataclasses import dataclass
from typing import Literal

from constructs_lib.checks.model.capacity import Environment
from constructs_lib.checks.model.jobs import Definition
from constructs_lib.checks.model.submits import Submit
from constructs_lib.instance_types.fitting import shortage

Obstacle = Literal["disabled", "platform", "system", "nodes", "processor", "size", "maximum"]
_NAMES = {"EC2": "EC2", "FARGATE": "Fargate"}


@dataclass(frozen=True)
class Refusal:
    """Why jobs never start in an environment.

    Args:
        obstacle: what keeps them.
        environment: the environment.
        words: what it has, in words.
    """

    obstacle: Obstacle
    environment: Environment
    words: str


def refusals(submit: Submit) -> list[Refusal]:
    """Why the jobs of a submit can start in no environment of their queue; none if they may in one."""
    queue = submit.queue
    if queue is None or submit.definition is None or not queue.known_environments:
        return []
    found = [_refusal(submit, environment) for environment in queue.known_environments]
    refused = [refusal for refusal in found if refusal]
    return refused if len(refused) == len(found) else []


def _refusal(submit: Submit, environment: Environment) -> Refusal | None:
    if environment.is_disabled:
        return Refusal("disabled", environment, "it is DISABLED")
    definition, kind = submit.definition, environment.kind
    if definition is None or kind is None or definition.is_kubernetes:
        return None
    if definition.platforms is not None and kind not in definition.platforms:
        return Refusal("platform", environment, f"it is of {_NAMES[kind]}")
    if definition.is_windows and environment.resource_type == "FARGATE_SPOT":
        return Refusal("system", environment, "it is of Fargate Spot")
    if definition.is_of_several_nodes and (kind == "FARGATE" or environment.is_spot):
        return Refusal("nodes", environment, f"it is of {_NAMES[kind] if kind == 'FARGATE' else 'Spot'}")
    return _of_another_processor(definition, environment) or _too_small(submit, environment)


def _of_another_processor(definition: Definition, environment: Environment) -> Refusal | None:
    if environment.kind == "FARGATE":
        offered = {definition.architecture} if definition.architecture else set()
    else:
        offered = {shape.architecture for shape in environment.shapes or ()}
    if not offered or definition.image_architectures <= offered:
        return None
    where = "its task is" if environment.kind == "FARGATE" else "its instances are"
    return Refusal("processor", environment, f"{where} {' and '.join(sorted(offered))}")


def _too_small(submit: Submit, environment: Environment) -> Refusal | None:
    shapes, most = environment.shapes, environment.max_vcpus
    if shapes and (missing := shortage(shapes, submit.demand)):
        return Refusal("size", environment, missing)
    if most is not None and vcpus_at_once(submit) > most:
        return Refusal("maximum", environment, f"its MaxvCpus is {most:g}")
    return None


def vcpus_at_once(submit: Submit) -> float:
    """The vCPUs that one job needs at once, at least: all of its nodes start together."""
    demand, definition = submit.demand, submit.definition
    least, nodes = definition.least_vcpus if definition else None, submit.nodes
    return max(demand.vcpus or 0, (least or 0) * (nodes or 0) if definition and definition.is_of_several_nodes else 0)
