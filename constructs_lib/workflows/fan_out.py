"""What fan-outs over one list have in common that submit jobs to AWS Batch."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.batch.place import Place
from constructs_lib.workflows.bucket import fan_out_bucket, grant_to_job
from constructs_lib.workflows.fan_out_arguments import check_fallback, check_fan_out_environment
from constructs_lib.workflows.items import MOST_BYTES, MOST_BYTES_TO_RUN_AGAIN
from constructs_lib.workflows.job_options import JobOptions, check_job_name
from constructs_lib.workflows.list_fan_out import ListFanOut
from constructs_lib.workflows.overrides import environment_list
from constructs_lib.workflows.permissions import job_mark
from constructs_lib.workflows.share import check_priority_in_share, check_share
from constructs_lib.workflows.submit import SubmitJob
from constructs_lib.workflows.tolerance import Tolerance

ITEMS: Final = "{% $states.input.items %}"


class FanOut(ListFanOut):
    """A job for each item of a list: the base of `ArrayFanOut` and `MapFanOut`."""

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
        tolerance: Tolerance,
        fallback_queue: batch.IJobQueue | None,
        job_name: str | None,
        options: JobOptions,
    ) -> None:
        place = Place(type(self).__name__, scope, construct_id)
        check_fan_out_environment(place, environment)
        check_job_name(place, job_name)
        check_fallback(place, queue, fallback_queue)
        options.check(place)
        check_share(place, options.share_identifier, queue, fallback_queue)
        check_priority_in_share(place, job, options.scheduling_priority, queue, fallback_queue)
        super().__init__(
            scope,
            construct_id,
            items=items,
            environment=environment_list(environment),
            tolerance=tolerance,
            most_bytes=MOST_BYTES_TO_RUN_AGAIN if fallback_queue else MOST_BYTES,
        )
        self.bucket: s3.IBucket = bucket or fan_out_bucket(self)
        grant_to_job(self.bucket, job)
        self._fallback_queue = fallback_queue
        self._shared_arguments: dict[str, Any] = {
            "job": job,
            "queue": queue,
            "environment": "{% $states.input.environment %}",
            "submitted_by": job_mark(scope, construct_id),
            **vars(options),
        }

    def _submit(self, state_name: str, **arguments: Any) -> SubmitJob:
        return SubmitJob(self, state_name, **{**self._shared_arguments, **arguments})

    @property
    def _submit_again(self) -> Callable[..., SubmitJob] | None:
        """The same to the fallback queue, if there is one."""
        return partial(self._submit, queue=self._fallback_queue) if self._fallback_queue else None
