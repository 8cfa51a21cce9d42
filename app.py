"""The CDK app: every ready stack, environment-agnostic, so that `cdk synth` needs no account and no look-up."""

from aws_cdk import App, Validations

from constructs_lib import BatchChecks
from stacks.array import ArrayStack
from stacks.distributed import DistributedStack
from stacks.map import MapStack
from stacks.priority_queues import PriorityQueuesStack
from stacks.weather import WeatherStack


def build(app: App) -> App:
    """Add every stack, and the checks of what AWS Batch would get stuck on."""
    Validations.of(app).add_plugins(BatchChecks())
    for stack in (MapStack, ArrayStack, DistributedStack, PriorityQueuesStack, WeatherStack):
        stack(app, stack.__name__)
    return app


if __name__ == "__main__":
    build(App()).synth()
