"""What all fan-outs have in common: how they read a list, where it goes, and how they end."""

from collections.abc import Mapping
from typing import Any, Final, cast

import jsii
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.batch.place import Place
from constructs_lib.workflows.bucket import StoreItems, fan_out_bucket, grant_to_job
from constructs_lib.workflows.expressions import check_jsonata
from constructs_lib.workflows.fan_out_arguments import check_fan_out_environment, check_state_names, check_tolerance
from constructs_lib.workflows.items import NO_ARRAY, NO_ITEMS, TOO_MANY_ITEMS_CAUSE, WRONG_ITEMS_CAUSE, read_items
from constructs_lib.workflows.job_options import JobOptions, check_job_name
from constructs_lib.workflows.overrides import environment_list
from constructs_lib.workflows.permissions import job_mark
from constructs_lib.workflows.submit import SubmitJob
from constructs_lib.workflows.summary import CAUSE, NOTHING_TO_DO

ITEMS: Final = "{% $states.input.items %}"


class FanOut(sfn.StateMachineFragment):
    """A job for each item of a list: the base of `ArrayFanOut` and `MapFanOut`.

    The states hand on what they know as their output and assign no variables, so that any number of fan-outs can
    follow and hold each other.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        job: batch.IJobDefinition,
        queue: batch.IJobQueue,
        items: str,
        environment: Mapping[str, str] | None,
        bucket: s3.IBucket | None,
        tolerated_failures: int,
        job_name: str | None,
        options: JobOptions,
    ) -> None:
        place = Place(type(self).__name__, scope, construct_id)
        check_state_names(place, construct_id)
        check_jsonata(place.of("items"), items)
        check_fan_out_environment(place, environment)
        check_tolerance(place, tolerated_failures)
        check_job_name(place, job_name)
        options.check(place)
        super().__init__(scope, construct_id)
        self.bucket: s3.IBucket = bucket or fan_out_bucket(self)
        grant_to_job(self.bucket, job)
        self._shared_arguments: dict[str, Any] = {
            "job": job,
            "queue": queue,
            "environment": "{% $states.input.environment %}",
            "submitted_by": job_mark(scope, construct_id),
            **vars(options),
        }
        self._tolerated_failures = tolerated_failures
        self._return_summary = sfn.Pass.jsonata(
            self,
            "Return summary",
            comment="The output of the fan-out.",
            outputs="{% $states.input.summary %}",
        )
        self._start_state = sfn.Pass.jsonata(
            self,
            "Read items",
            comment="Evaluates items and environment once.",
            outputs={"items": read_items(items), "environment": environment_list(environment)},
        )

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

    def _submit(self, state_name: str, **arguments: Any) -> SubmitJob:
        return SubmitJob(self, state_name, **self._shared_arguments, **arguments)

    def _connect(self, *, most_items: int | None, plan: str, run: sfn.Choice) -> None:
        """Lead from the items to the choice of how to run the jobs."""
        planned = sfn.Pass.jsonata(
            self,
            "Plan jobs",
            comment="Measures the items: a short list travels in the environment of the jobs, a long one through S3.",
            outputs=plan,
        )
        self._start_state.next(self._check_items(most_items).otherwise(planned))
        planned.next(run)
        self.prefix_states()

    def _choose_how_to_run(self) -> sfn.Choice:
        """A choice whose first rule stores a long list and comes back; subclasses add how the jobs run."""
        choice = sfn.Choice.jsonata(self, "Choose how to run", comment="By the plan.")
        store = StoreItems(self, "Put items to S3", bucket=self.bucket)
        choice.when(sfn.Condition.jsonata("{% $exists($states.input.itemsToStore) %}"), store, comment="A long list")
        store.next(choice)
        return choice

    def _check_items(self, most_items: int | None) -> sfn.Choice:
        check = sfn.Choice.jsonata(self, "Check items", comment="Tells a list from what is none.")
        no_array = sfn.Fail.jsonata(
            self,
            "Items are not an array",
            comment="Says what was found instead.",
            error="FanOut.InvalidItems",
            cause=WRONG_ITEMS_CAUSE,
        )
        check.when(sfn.Condition.jsonata(NO_ARRAY), no_array, comment="Not an array")
        check.when(
            sfn.Condition.jsonata(NO_ITEMS),
            self._return_summary,
            outputs={"summary": NOTHING_TO_DO},
            comment="Nothing to do is a success",
        )
        if most_items is not None:
            too_many = sfn.Fail.jsonata(
                self,
                "Too many items",
                comment="Says what to do.",
                error="FanOut.TooManyItems",
                cause=TOO_MANY_ITEMS_CAUSE,
            )
            more = sfn.Condition.jsonata(f"{{% $count($states.input.items) > {most_items} %}}")
            check.when(more, too_many, comment=f"More than {most_items:,}")
        return check

    def _check_outcome(self) -> sfn.Choice:
        """Lead from a summary, or from a refused submit, to the end; subclasses may add what comes before it."""
        check = sfn.Choice.jsonata(self, "Check outcome", comment="Compares the failures with what is tolerated.")
        refused = sfn.Fail.jsonata(
            self,
            "Job was not accepted",
            comment="Passes on what AWS Batch said.",
            error="{% $states.input.error %}",
            cause="{% $states.input.cause %}",
        )
        too_many = sfn.Fail.jsonata(
            self,
            "Too many failures",
            comment="The cause is the summary of the fan-out.",
            error="FanOut.TooManyFailures",
            cause=CAUSE,
        )
        check.when(sfn.Condition.jsonata("{% $exists($states.input.error) %}"), refused, comment="Not submitted")
        more = sfn.Condition.jsonata(
            f"{{% $count($states.input.summary.failedIndexes) > {self._tolerated_failures} %}}"
        )
        check.when(more, too_many, comment=f"More than {self._tolerated_failures}")
        return check.otherwise(self._return_summary)
