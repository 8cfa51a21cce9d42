"""What fan-outs over one list have in common that submit jobs to AWS Batch."""

from collections.abc import Mapping
from typing import Any, Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.core.place import Place
from constructs_lib.workflows.fan_out.jobs.fit import check_rounds_fit
from constructs_lib.workflows.fan_out.jobs.job import submit_job
from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.fan_out.list.arguments import check_fan_out_environment
from constructs_lib.workflows.fan_out.list.bucket import fan_out_bucket, grant_to_job
from constructs_lib.workflows.fan_out.list.list_fan_out import ListFanOut
from constructs_lib.workflows.fan_out.list.summary import CAUSE_TO_RERUN
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.changes import check_changes, check_length
from constructs_lib.workflows.submit.job_options import JobOptions, check_job_name
from constructs_lib.workflows.submit.overrides import environment_list, fan_out_environment
from constructs_lib.workflows.submit.permissions import job_mark
from constructs_lib.workflows.submit.share import check_priority_in_share, check_share
from constructs_lib.workflows.submit.submit_job import SubmitJob

ITEMS: Final = "{% $states.input.items %}"


class FanOut(ListFanOut):
    """A job for each item of a list: the base of `ArrayFanOut` and `MapFanOut`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        job: batch.IJobDefinition,
        items: str,
        environment: Mapping[str, str] | None,
        bucket: s3.IBucket | None,
        tolerance: Tolerance,
        rounds: Rounds,
        most_bytes: int,
        skip_finished: bool,
        job_name: str | None,
        options: JobOptions,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        place = Place(type(self).__name__, scope, construct_id)
        check_fan_out_environment(place, environment)
        check_job_name(place, job_name)
        check_texts(place.of("job_name"), job_name)
        check_texts(place.of("parameters"), parameters)
        check_changes(place, job, environment=environment, parameters=parameters)
        check_length(place, {"Environment": environment_list(environment)})
        rounds.check(place, job)
        options.check(place)
        check_share(place, options.share_identifier, rounds.queue, rounds.fallback_queue)
        check_priority_in_share(place, job, options.scheduling_priority, rounds.queue, rounds.fallback_queue)
        check_rounds_fit(place, job, rounds)
        super().__init__(
            scope,
            construct_id,
            items=items,
            environment=fan_out_environment(environment, skip_finished=skip_finished),
            tolerance=tolerance,
            most_bytes=most_bytes,
            cause=CAUSE_TO_RERUN,
        )
        self.bucket: s3.IBucket = bucket or fan_out_bucket(self)
        grant_to_job(self, self.bucket, job, skip_finished=skip_finished)
        self._rounds = rounds
        self._shared_arguments: dict[str, Any] = {
            "job": job,
            "environment": "{% $states.input.environment %}",
            "submitted_by": job_mark(scope, construct_id),
            **vars(options),
        }

    def _submit(self, state_name: str, **arguments: Any) -> SubmitJob:
        return submit_job(self, state_name, rounds=self._rounds, **self._shared_arguments, **arguments)
