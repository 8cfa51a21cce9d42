"""The state that rejects items that are not a list, and lists that are too long."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.list.items import (
    NO_ARRAY,
    NO_ITEMS,
    NOT_READ,
    WRONG_ITEMS_CAUSE,
    not_read_cause,
)
from constructs_lib.workflows.fan_out.list.summary import NOTHING_TO_DO
from constructs_lib.workflows.states.expressions import jsonata

_TOO_MANY: Final = "FanOut.TooManyItems"


class MostItems(NamedTuple):
    """The longest list, and JSONata for the error message about a longer one."""

    number: int
    cause: str


@dataclass(frozen=True, kw_only=True)
class Guard:
    """The checks of a list before anything runs.

    Args:
        comment: of the state.
        most_bytes: of JSON that the states pass on. Default: no limit.
    """

    comment: str = "Tells a list that can be run from what is none."
    most_bytes: int | None = None

    def lead(
        self, scope: Construct, *, done: sfn.IChainable, most_items: MostItems | None, follows: sfn.IChainable
    ) -> sfn.State:
        """The state, which leads to the next one if the list is valid.

        Args:
            scope: the fan-out.
            done: the next state for a list without items.
            most_items: of the list.
            follows: the next state for all other lists.
        """
        check = sfn.Choice.jsonata(scope, "Check items", comment=self.comment)
        if self.most_bytes is not None:
            too_long = _fail(scope, "Items are too long", _TOO_MANY, not_read_cause(self.most_bytes))
            check.when(sfn.Condition.jsonata(NOT_READ), too_long, comment="More than a state hands on")
        no_array = sfn.Fail.jsonata(
            scope,
            "Items are not an array",
            comment="Says what was found instead.",
            error="FanOut.InvalidItems",
            cause=WRONG_ITEMS_CAUSE,
        )
        check.when(sfn.Condition.jsonata(NO_ARRAY), no_array, comment="Not an array")
        check.when(
            sfn.Condition.jsonata(NO_ITEMS),
            done,
            outputs={"summary": NOTHING_TO_DO},
            comment="Nothing to do is a success",
        )
        if most_items:
            too_many = _fail(scope, "Too many items", _TOO_MANY, jsonata(most_items.cause))
            many = sfn.Condition.jsonata(f"{{% $count($states.input.items) > {most_items.number} %}}")
            check.when(many, too_many, comment=f"More than {most_items.number:,}")
        return check.otherwise(follows)


def _fail(scope: Construct, name: str, error: str, cause: str) -> sfn.Fail:
    return sfn.Fail.jsonata(scope, name, comment="Says what to do.", error=error, cause=cause)
