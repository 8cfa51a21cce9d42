"""All services that are measured where moto has them; the others measure themselves."""

from constructs_lib.local.metrics.measured import topics
from constructs_lib.local.metrics.measured.queues import Queues
from constructs_lib.local.patching import Patch


def patches() -> list[Patch]:
    """Measure what moto's services do."""
    return [*Queues().patches(), *topics.patches()]
