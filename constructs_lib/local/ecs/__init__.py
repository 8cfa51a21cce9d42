"""Tasks of Amazon ECS: moto keeps clusters and task definitions, and tasks run by the runner that jobs run by.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from constructs_lib.local.ecs import api, container_instances
from constructs_lib.local.ecs.clusters import Clusters
from constructs_lib.local.ecs.container_instances import InstanceType
from constructs_lib.local.ecs.insights import Insights
from constructs_lib.local.ecs.tasks import Tasks
from constructs_lib.local.patching import Patch

__all__ = ["Clusters", "Insights", "Tasks", "patches"]


def patches(tasks: Tasks, instance_type: InstanceType) -> list[Patch]:
    """Let moto's API answer with what runs.

    Args:
        tasks: that run.
        instance_type: asks AWS Batch for the instances of its environments.
    """
    return [*api.patches(tasks), *container_instances.patches(instance_type)]
