"""The events of an execution, as those who add one look back at them."""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext

_ABORTED = {
    HistoryEventType.TaskStateEntered: HistoryEventType.TaskStateAborted,
    HistoryEventType.WaitStateEntered: HistoryEventType.WaitStateAborted,
    HistoryEventType.MapStateEntered: HistoryEventType.MapStateAborted,
    HistoryEventType.ParallelStateEntered: HistoryEventType.ParallelStateAborted,
}


def entered(env: Any, state_name: str | None) -> int | None:
    """Return the id of the event by which a state was entered, None if that is not in the history.

    Args:
        env: the environment of the state, or a frame of it.
        state_name: the state's.
    """
    history = env.event_manager._history_event_list  # noqa: SLF001 `get_event_history` would copy it
    number: int = env.event_history_context.source_event_id
    while number:
        event = history[number - 1]
        if event.get("stateEnteredEventDetails", {}).get("name") == state_name:
            return number
        number = event["previousEventId"]
    return None


def before(env: Any, number: int) -> int:
    """Return the id of the event that led to another one."""
    previous: int = env.event_manager._history_event_list[number - 1]["previousEventId"]  # noqa: SLF001 as above
    return previous


def add(env: Any, event_type: Any, *, previous: int | None = None, **details: Any) -> int:
    """Add an event, which the next one follows.

    Args:
        env: the environment of the state.
        event_type: of the event.
        previous: the id of the event that led to it. Default: the last one here.
        details: by their name in the history, such as ``evaluationFailedEventDetails``.
    """
    context = env.event_history_context
    source = context if previous is None else EventHistoryContext(previous)
    number: int = env.event_manager.add_event(
        context=source, event_type=event_type, event_details=EventDetails(**details) if details else None
    )
    context.source_event_id = context.last_published_event_id = number
    return number


def abort(env: Any, frame: Any, since: int, origin: int) -> None:
    """Add the event of a state that was left open when something beside it, or inside of it, failed.

    Args:
        env: the environment of the state around it.
        frame: the environment of the branch or iteration.
        since: the id of the last event before the branch or iteration began.
        origin: the id of the event that failed.
    """
    opened = _open(frame, since)
    if opened in _ABORTED:
        add(frame, _ABORTED[opened], previous=origin)
    env.event_history_context.source_event_id = origin


def _open(frame: Any, since: int) -> Any:
    """Return by which type of event a frame entered the state that it has not left, None if there is none."""
    number: int = frame.event_history_context.source_event_id
    while number > since:
        event = frame.event_manager._history_event_list[number - 1]  # noqa: SLF001 as above
        if "stateExitedEventDetails" in event:
            return None
        if "stateEnteredEventDetails" in event:
            return event["type"]
        number = event["previousEventId"]
    return None
