"""The events of an execution: all of them, or, while it runs, those that are new.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from collections.abc import Iterator
from math import inf
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import NotFoundError
from constructs_lib.ops.histories.logged_events import logged_events

Event = dict[str, Any]

_PAGE: Final = 1_000
_EXPRESS: Final = ":express:"
_FEW: Final = 5
"""Of a history that has been read before, so many of the newest events are asked for at a time, or twice as many as
were new the last time: an event may have the whole list of a fan-out, a quarter of a megabyte.
"""


def events(account: Account, execution: str) -> Iterator[Event]:
    """All events of an execution, the oldest first, with input and output.

    Args:
        account: where it is.
        execution: its ARN.

    Raises:
        MissingExecutionError: there is no such execution, or not yet: a start takes a moment to be seen everywhere.
        OperationError: it is one of an Express state machine that does not log.
    """
    if _EXPRESS in execution:
        yield from logged_events(account, execution)
        return
    pages = account.client("stepfunctions").get_paginator("get_execution_history")
    try:
        for page in pages.paginate(executionArn=execution, PaginationConfig={"PageSize": _PAGE}):
            yield from page["events"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise
        raise MissingExecutionError(
            f"{execution} does not exist: Step Functions keeps executions for 90 days"
        ) from None


class MissingExecutionError(NotFoundError):
    """An execution that does not exist, any more or yet."""


class History:
    """The history of an execution that may be running, each event once.

    Step Functions has no token that goes on after the last event, so the newest ones are read backwards until one that
    was seen: a look costs one call, however long the history is.

    Args:
        account: where it is.
        execution: its ARN.
    """

    def __init__(self, account: Account, execution: str) -> None:
        self._account = account
        self._execution = execution
        self._last = 0
        self._few = _FEW

    def new(self) -> list[Event]:
        """The events since the last call, the oldest first; at first those until now."""
        found = [*self._newest()][::-1] if self._last else list(events(self._account, self._execution))
        self._few = min(max(2 * len(found), _FEW), _PAGE)
        if found:
            self._last = found[-1]["id"]
        return found

    def _newest(self) -> Iterator[Event]:
        if _EXPRESS in self._execution:
            every = [event for event in logged_events(self._account, self._execution) if event["id"] > self._last]
            yield from every[::-1]
            return
        pages = self._account.client("stepfunctions").get_paginator("get_execution_history")
        oldest: float = inf
        for page in pages.paginate(
            executionArn=self._execution, reverseOrder=True, PaginationConfig={"PageSize": self._few}
        ):
            for event in page["events"]:
                if event["id"] <= self._last:
                    return
                if event["id"] < oldest:  # a page may begin anew where events came since the one before
                    yield event
                oldest = min(oldest, event["id"])
