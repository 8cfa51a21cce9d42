"""Tasks of Amazon ECS: moto keeps clusters and task definitions, and tasks run by the runner that jobs run by.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from constructs_lib.local.ecs.api import patches
from constructs_lib.local.ecs.clusters import Clusters
from constructs_lib.local.ecs.tasks import Tasks

__all__ = ["Clusters", "Tasks", "patches"]
