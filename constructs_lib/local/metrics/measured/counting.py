"""Puts what happens now into the metrics of its account and region."""

from collections.abc import Mapping

from constructs_lib.local.account import Location
from constructs_lib.local.metrics.backend import backend_of
from constructs_lib.local.metrics.runtime import CURRENT
from constructs_lib.local.metrics.series.metric import Metric


def count(
    location: Location,
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    *,
    value: float = 1.0,
    unit: str = "Count",
) -> None:
    """Put a value of now.

    Args:
        location: the account and region.
        namespace: such as ``AWS/States``.
        name: such as ``ExecutionsFailed``.
        dimensions: names and values.
        value: the value.
        unit: of the value.
    """
    store = backend_of(location.account, location.region).store
    store.put(Metric.of(namespace, name, dimensions), CURRENT.runtime.clock.now(), value, unit)
