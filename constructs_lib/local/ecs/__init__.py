"""Tasks of Amazon ECS: moto keeps clusters and task definitions, and tasks run by the runner that jobs run by.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from constructs_lib.local.ecs import api
from constructs_lib.local.ecs.clusters import Clusters
from constructs_lib.local.ecs.tasks import Tasks
from constructs_lib.local.states.settings import SETTINGS

__all__ = ["Clusters", "Tasks", "install"]


def install(tasks: Tasks) -> None:
    """Let moto's API make these tasks, and state machines wait for them."""
    api.install(tasks)
    SETTINGS.tasks = tasks
