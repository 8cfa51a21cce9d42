"""What fan-outs over one list have in common, whatever works on an item: how they read it, and how they end."""

from typing import Any, Final, cast

import jsii
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.place import Place
from constructs_lib.core.protocol import PLAN_JOBS
from constructs_lib.workflows.fan_out.list.arguments import check_state_names
from constructs_lib.workflows.fan_out.list.bucket import StoreList, without
from constructs_lib.workflows.fan_out.list.items import (
    MOST_BYTES,
    NO_ARRAY,
    NO_ITEMS,
    NOT_READ,
    WRONG_ITEMS_CAUSE,
    not_read_cause,
    read_items_of_one_payload,
)
from constructs_lib.workflows.fan_out.list.outcome import JOB_NOT_ACCEPTED, NotAccepted, check_outcome
from constructs_lib.workflows.fan_out.list.rerun import LIST_TO_STORE
from constructs_lib.workflows.fan_out.list.summary import CAUSE, NOTHING_TO_DO
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.states.expressions import check_jsonata, jsonata
from constructs_lib.workflows.states.mark import Given, first_state
from constructs_lib.workflows.states.nesting import Nesting
from constructs_lib.workflows.states.texts import check_texts

_TOO_MANY: Final = "FanOut.TooManyItems"


class ListFanOut(sfn.StateMachineFragment):
    """Some work for each item of a list; subclasses say what works on an item.

    The states hand on what they know as their output and assign no variables, so that any number of fan-outs can
    follow and hold each other. The constructors of subclasses remember their options (`remembers_options`).

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        items: a JSONata expression for the array.
        environment: variables of the containers, as AWS lists them, if there are containers.
        tolerance: of failed items.
        most_bytes: of JSON that the states hand on.
        not_accepted: what it is called when AWS does not take the work on an item.
        cause: what is told when too many items have failed.
    """

    _given: Given
    _can_rerun = True

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        items: str,
        environment: list[dict[str, str]] | str | None = None,
        tolerance: Tolerance,
        most_bytes: int = MOST_BYTES,
        not_accepted: NotAccepted = JOB_NOT_ACCEPTED,
        cause: str = CAUSE,
    ) -> None:
        place = Place(type(self).__name__, scope, construct_id)
        check_state_names(place, construct_id)
        check_jsonata(place.of("items"), items)
        check_texts(place.of("items"), items)
        tolerance.check(place)
        super().__init__(scope, construct_id)
        self._nesting = Nesting()
        self._most_bytes = most_bytes
        self._return_summary = sfn.Pass.jsonata(
            self,
            "Return summary",
            comment="The output of the fan-out.",
            outputs="{% $states.input.summary %}",
        )
        self._outcome = check_outcome(self, tolerance, self._return_summary, not_accepted, cause)
        self._reads = {
            "items": read_items_of_one_payload(items, self._most_bytes),
            **({"environment": environment} if environment is not None else {}),
        }

    @property
    @jsii.member(jsii_name="startState")
    def start_state(self) -> sfn.State:
        """The state that reads the items."""
        return self._start_state

    @property
    @jsii.member(jsii_name="endStates")
    def end_states(self) -> list[sfn.INextable]:
        """The state that returns the summary."""
        return [cast("sfn.INextable", self._return_summary)]

    def _connect(self, *, most_items: int, more: str, plan: str, run: sfn.Choice) -> None:
        """Lead from the items to the choice of how to run the jobs."""
        planned = sfn.Pass.jsonata(
            self,
            PLAN_JOBS,
            comment="Measures the items: a short list travels in the environment of the jobs, a long one through S3.",
            outputs=plan,
        )
        planned.next(run)
        self._begin(self._check_items(most_items, more).otherwise(planned))

    def _begin(self, follows: sfn.State) -> None:
        """Name the states, and put the one that reads the items before them."""
        self._nesting.name_states(self)
        what = "Evaluates items and environment once." if "environment" in self._reads else "Evaluates items once."
        self._start_state = first_state(
            self, self._given, what=what, outputs=self._reads, follows=follows, can_rerun=self._can_rerun
        )

    def _choose_how_to_run(
        self, bucket: s3.IBucket, outputs: str = without("itemsToStore"), stored: Any = LIST_TO_STORE
    ) -> sfn.Choice:
        """A choice whose first rule stores a long list and comes back; subclasses add how the jobs run."""
        choice = sfn.Choice.jsonata(self, "Choose how to run", comment="By the plan.")
        store = StoreList(
            self,
            "Put items to S3",
            bucket=bucket,
            key="$states.input.directory & '/items.json'",
            body=stored,
            outputs=outputs,
            comment="The list is too long for the environment of a job.",
        )
        choice.when(sfn.Condition.jsonata("{% $exists($states.input.itemsToStore) %}"), store, comment="A long list")
        store.next(choice)
        return choice

    def _check_items(self, most_items: int, more: str) -> sfn.Choice:
        check = sfn.Choice.jsonata(self, "Check items", comment="Tells a list that can be run from what is none.")
        too_long = sfn.Fail.jsonata(
            self,
            "Items are too long",
            comment="Says what to do.",
            error=_TOO_MANY,
            cause=not_read_cause(self._most_bytes),
        )
        no_array = sfn.Fail.jsonata(
            self,
            "Items are not an array",
            comment="Says what was found instead.",
            error="FanOut.InvalidItems",
            cause=WRONG_ITEMS_CAUSE,
        )
        too_many = sfn.Fail.jsonata(
            self, "Too many items", comment="Says what to do.", error=_TOO_MANY, cause=jsonata(more)
        )
        many = sfn.Condition.jsonata(f"{{% $count($states.input.items) > {most_items} %}}")
        check.when(sfn.Condition.jsonata(NOT_READ), too_long, comment="More than a state hands on")
        check.when(sfn.Condition.jsonata(NO_ARRAY), no_array, comment="Not an array")
        check.when(
            sfn.Condition.jsonata(NO_ITEMS),
            self._return_summary,
            outputs={"summary": NOTHING_TO_DO},
            comment="Nothing to do is a success",
        )
        return check.when(many, too_many, comment=f"More than {most_items:,}")
