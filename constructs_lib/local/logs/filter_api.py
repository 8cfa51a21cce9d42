"""Gap: moto has no TestMetricFilter.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html
"""

import json
from typing import Any

from moto.logs.exceptions import InvalidParameterException
from moto.logs.responses import LogsResponse

from constructs_lib.local.logs.patterns import Message, Pattern, PatternError, parsed
from constructs_lib.local.patching import Patch


def patches() -> list[Patch]:
    """Let patterns be tried."""
    return [Patch(LogsResponse, "test_metric_filter", _test_metric_filter, adds=True)]


def pattern_of(text: str | None) -> Pattern:
    """Read a pattern as the API takes it.

    Raises:
        InvalidParameterException: it is none.
    """
    try:
        return parsed(text)
    except PatternError as error:
        raise InvalidParameterException(f"Invalid filter pattern: {error}") from None


def _test_metric_filter(self: Any) -> str:
    pattern = pattern_of(self._get_param("filterPattern"))
    matches = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": dict(found.extracted)}
        for number, message in enumerate(self._get_param("logEventMessages"), 1)
        if (found := pattern.find(Message(message)))
    ]
    return json.dumps({"matches": matches})
