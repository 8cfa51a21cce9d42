"""The clusters of compute environments of AWS Batch, in Amazon ECS of their account and region.

Source: https://docs.aws.amazon.com/batch/latest/userguide/compute_environments.html
"""

from moto.ecs.models import ecs_backends

from constructs_lib.local.account import Location


class Clusters:
    """Makes and removes them."""

    def create(self, location: Location, name: str) -> None:
        """Make the cluster of a new environment."""
        ecs_backends[location.account][location.region].create_cluster(name)

    def delete(self, location: Location, name: str) -> None:
        """Remove the cluster of an environment that is gone."""
        ecs_backends[location.account][location.region].clusters.pop(name, None)
