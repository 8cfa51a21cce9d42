"""Checks of the arguments that all fan-outs share."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.container_contract import SET_BY_FAN_OUTS
from constructs_lib.core.names import check_variables
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY, STEP_FUNCTIONS_STATE_NAME_CHARACTERS
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.texts import check_texts

_LONGEST_ID: Final = STEP_FUNCTIONS_STATE_NAME_CHARACTERS - len(": Items are not an array")


def check_state_names(place: ArgumentPath, construct_id: str) -> None:
    """Refuse an id that makes the names of states longer than Step Functions allows."""
    if len(construct_id) > _LONGEST_ID:
        raise Rule.STATE_NAME.error(
            place,
            got=f"an id of {len(construct_id)} characters",
            expected=f"the states are named after it, and Step Functions allows {STEP_FUNCTIONS_STATE_NAME_CHARACTERS} "
            "characters per name",
            fix=f"Choose an id of at most {_LONGEST_ID} characters.",
        )


def check_fan_out_environment(
    place: ArgumentPath, environment: Mapping[str, str] | None, argument: str = "environment"
) -> None:
    """Refuse variables that the fan-out sets itself, and those that AWS Batch reserves."""
    check_variables(place.of(argument), environment or {})
    check_texts(place.of(argument), environment)
    for name in environment or {}:
        if name in SET_BY_FAN_OUTS:
            raise Rule.RESERVED_VARIABLE.error(
                place.of(argument),
                got=f"the variable {name}",
                expected=f"the fan-out sets {', '.join(sorted(SET_BY_FAN_OUTS))} itself",
                fix="Choose another name.",
            )


def check_tolerance(place: ArgumentPath, tolerated_failures: int) -> None:
    """Refuse a negative number of failures."""
    if resolved(tolerated_failures) and tolerated_failures < 0:
        raise Rule.TOLERATED_FAILURES.error(
            place.of("tolerated_failures"),
            got=str(tolerated_failures),
            expected="a number of items is 0 or more",
            fix="Use 0 to fail when any item fails.",
        )


def check_fallback(place: ArgumentPath, queue: batch.IJobQueue, fallback_queue: batch.IJobQueue | None) -> None:
    """Refuse the queue itself as its fallback."""
    if fallback_queue is not None and fallback_queue.node.path == queue.node.path:
        raise Rule.FALLBACK_QUEUE.error(
            place.of("fallback_queue"),
            got="the queue of the fan-out",
            expected="items run again on capacity other than the reclaimed one",
            fix="Pass a queue over an environment of on-demand capacity.",
        )


def check_concurrency(place: ArgumentPath, max_concurrency: int) -> None:
    """Refuse fewer than one iteration at a time, and more than Step Functions runs."""
    if resolved(max_concurrency) and not 1 <= max_concurrency <= STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY:
        raise Rule.MAP_CONCURRENCY.error(
            place.of("max_concurrency"),
            got=str(max_concurrency),
            expected=f"a Map state runs 1 to {STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY} iterations at a time",
            fix="Use ArrayFanOut to let the queue decide how many jobs run.",
        )
