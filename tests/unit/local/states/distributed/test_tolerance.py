"""Tolerated failures: at the threshold all is well, one item more is too much."""

from typing import Any

import pytest

from constructs_lib.local.states.distributed.failures import RUNTIME, MapRunError
from constructs_lib.local.states.distributed.tolerance import Tolerance


@pytest.mark.parametrize(
    ("count", "percentage", "failed", "total", "exceeded"),
    [
        (None, None, 0, 10, False),
        (None, None, 1, 10, True),
        (0, None, 1, 10, True),
        (3, None, 3, 10, False),
        (3, None, 4, None, True),
        (None, 30, 3, 10, False),
        (None, 30, 4, 10, True),
        (None, 30, 4, None, False),  # not before the total is known
        (None, 33.4, 334, 1000, False),
        (None, 100, 10, 10, False),
        (5, 10, 2, 10, True),
        (1, 90, 2, 10, True),
        (2, 20, 2, 10, False),
    ],
)
def test_threshold(count: Any, percentage: Any, failed: int, total: int | None, exceeded: Any) -> None:
    assert Tolerance.of(count, percentage).is_exceeded(failed, total) is exceeded


@pytest.mark.parametrize(
    ("count", "percentage", "message"),
    [
        (-1, None, "ToleratedFailureCount cannot be negative."),
        ("x", None, 'The ToleratedFailureCountPath field refers to value "x" which is not a valid integer: $.c'),
        ({}, None, 'The ToleratedFailureCountPath field refers to value "{}" which is not a valid integer: $.c'),
        (1.5, None, 'The ToleratedFailureCountPath field refers to value "1.5" which is not a valid integer: $.c'),
        (None, True, 'The ToleratedFailurePercentage field has the value "true" which is not a valid float'),
        (None, 100.1, "ToleratedFailurePercentage must be between 0 and 100."),
        (None, "-1", "ToleratedFailurePercentage must be between 0 and 100."),
    ],
)
def test_values_that_are_no_tolerance(count: Any, percentage: Any, message: str) -> None:
    with pytest.raises(MapRunError) as raised:
        Tolerance.of(count, percentage, {"ToleratedFailureCount": "$.c"})
    assert (raised.value.error, raised.value.cause) == (RUNTIME, message)


def test_numbers_may_be_texts() -> None:
    assert Tolerance.of("1", "2.5") == Tolerance(1, 2.5)
