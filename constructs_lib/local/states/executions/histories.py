"""Gap: moto returns the whole history of an execution, oldest event first, whatever it is asked for.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidToken
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch

_PAGE = 1_000
"""Events in a page, at most; it is what a caller gets who does not ask for fewer (AWS: 100)."""


def patches() -> list[Patch]:
    """Return pages, and the newest event first if so asked."""
    return [Patch(StepFunctionResponse, "get_execution_history", _page)]


def _page(self: Any) -> Any:
    history = self.stepfunction_backend.get_execution_history(self._get_param("executionArn"))
    events = history["events"]
    if self._get_param("reverseOrder"):
        events = events[::-1]
    size = min(self._get_int_param("maxResults") or _PAGE, _PAGE)
    start = _position(self._get_param("nextToken"))
    page: dict[str, Any] = {"events": events[start : start + size]}
    if start + size < len(events):
        page["nextToken"] = str(start + size)
    return ActionResult(page)


def _position(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise InvalidToken(token)
    return int(token)
