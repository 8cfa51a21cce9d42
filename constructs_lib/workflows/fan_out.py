"""What all fan-outs have in common: how they read a list, where it goes, and how they end."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final, cast

import jsii
from aws_cdk import Token
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.batch.arguments import check_environment, resolved, where
from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import STEP_FUNCTIONS_STATE_NAME_CHARACTERS
from constructs_lib.workflows.bucket import PREFIX, fan_out_bucket, grant_to_job
from constructs_lib.workflows.expressions import check_jsonata, jsonata
from constructs_lib.workflows.items import WITHOUT_STORED_ITEMS, read_items
from constructs_lib.workflows.overrides import environment_list
from constructs_lib.workflows.permissions import put_objects
from constructs_lib.workflows.summary import CAUSE, NOTHING_TO_DO
from constructs_lib.workflows.task import TaskState
from constructs_lib.workflows.throttling import retry_failed_s3

ITEMS: Final = "{% $states.input.items %}"
_CONTRACT: Final = frozenset({"ITEMS", "ITEMS_OFFSET", "ITEMS_URI", "ITEM_INDEX", "RESULTS_URI"})
_LONGEST_STATE_NAME: Final = len("Choose single or array job")


class FanOut(sfn.StateMachineFragment):
    """A list of items, one job for each; the base of `ArrayFanOut` and `MapFanOut`.

    The states pass what they know from output to input and assign no variables, so that any number of fan-outs can
    follow or hold each other.
    """

    bucket: s3.IBucket
    """Where long lists and results go; users grant it to the roles of imported job definitions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        job: batch.IJobDefinition,
        items: str,
        environment: Mapping[str, str] | None,
        bucket: s3.IBucket | None,
        tolerated_failures: int,
    ) -> None:
        place = where(type(self).__name__, scope, construct_id)
        _check_name(place, construct_id)
        _check_environment(place, environment)
        _check_tolerance(place, tolerated_failures)
        check_jsonata(f"{place} items", items)
        super().__init__(scope, construct_id)
        self.bucket = bucket or fan_out_bucket(self)
        grant_to_job(self.bucket, job)
        self._items = items
        self._environment = environment
        self._tolerated_failures = tolerated_failures

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

    def _connect(self) -> None:
        """Make all states, and connect them; subclasses call it once they are ready."""
        self._return_summary = sfn.Pass.jsonata(
            self,
            "Return summary",
            comment="The output of the fan-out.",
            outputs="{% $states.input.summary %}",
        )
        self._check_outcome = self._make_check_outcome()
        self._start_state = sfn.Pass.jsonata(
            self,
            "Read items",
            comment="Evaluates the items and the environment once.",
            outputs={"items": read_items(self._items), "environment": environment_list(self._environment)},
        )
        self._start_state.next(self._make_check_items()).next
        self.prefix_states()

    @abstractmethod
    def _make_run(self) -> sfn.Chain:
        """From the plan on, until the summary is ready."""
