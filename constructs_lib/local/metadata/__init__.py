"""The endpoint at which a container of a task reads about itself, as those of Amazon ECS do.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v3.html
"""

from constructs_lib.local.metadata.application import Metadata
from constructs_lib.local.metadata.containers import Containers

__all__ = ["Containers", "Metadata"]
