"""The arguments of fan-outs over AWS Batch, their checks, and the parts made of them for every strategy."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.options import filled
from constructs_lib.workflows.fan_out.jobs.fit import check_rounds_fit
from constructs_lib.workflows.fan_out.jobs.metrics import JobsOfFanOut
from constructs_lib.workflows.fan_out.jobs.options import FanOutOptions
from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.jobs.runs import Runs, runs_of
from constructs_lib.workflows.fan_out.list.arguments import check_fan_out_environment
from constructs_lib.workflows.fan_out.list.bucket import fan_out_bucket, grant_to_job
from constructs_lib.workflows.fan_out.list.outcome import Outcome
from constructs_lib.workflows.fan_out.list.summary import CAUSE_TO_RERUN
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.states.expressions import is_jsonata
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.changes import check_changes, check_length
from constructs_lib.workflows.submit.job_options import JobOptions, check_job_name
from constructs_lib.workflows.submit.overrides import environment_list, fan_out_environment
from constructs_lib.workflows.submit.permissions import job_mark
from constructs_lib.workflows.submit.share import check_priority_in_share, check_share
from constructs_lib.workflows.submit.template import SubmitTemplate


@dataclass(frozen=True, kw_only=True)
class FanOutJobs:
    """The jobs of a fan-out.

    Args:
        job: the definition.
        queue: of the first round.
        options: as passed by the user.
        parameters: values for ``Ref::name``. Default: the definition's.
    """

    job: batch.IJobDefinition
    queue: batch.IJobQueue
    options: FanOutOptions
    parameters: Mapping[str, str] | None = None

    def check(self, place: ArgumentPath) -> None:
        """Refuse arguments that AWS would reject, and environment variables that the fan-out sets itself."""
        environment, job_name = self.options.get("environment"), self.options.get("job_name")
        submitted, rounds = JobOptions.of(self.options), self._rounds
        check_fan_out_environment(place, environment)
        check_job_name(place, job_name)
        check_texts(place.of("job_name"), job_name)
        check_texts(place.of("parameters"), self.parameters)
        check_changes(place, self.job, environment=environment, parameters=self.parameters)
        check_length(place, {"Environment": environment_list(environment)})
        rounds.check(place, self.job)
        submitted.check(place)
        check_share(place, submitted.share_identifier, rounds.queue, rounds.fallback_queue)
        check_priority_in_share(place, self.job, submitted.scheduling_priority, rounds.queue, rounds.fallback_queue)
        check_rounds_fit(place, self.job, rounds)

    @property
    def runs(self) -> Runs:
        """How often an item may run."""
        return runs_of(self._rounds)

    @property
    def tolerance(self) -> Tolerance:
        """How many items of a fan-out may fail."""
        return Tolerance.of(self.options)

    @property
    def outcome(self) -> Outcome:
        """How the fan-out ends."""
        return Outcome(tolerance=self.tolerance, cause=CAUSE_TO_RERUN)

    @property
    def variables(self) -> list[dict[str, str]]:
        """The environment variables of all jobs, as a list in the form of AWS."""
        return fan_out_environment(self.options.get("environment"), skip_finished=self._skip_finished)

    def bucket(self, fan_out: Construct) -> s3.IBucket:
        """The bucket for long lists and results, which the jobs are allowed to use."""
        found = self.options.get("bucket") or fan_out_bucket(fan_out)
        grant_to_job(fan_out, found, self.job, skip_finished=self._skip_finished)
        return found

    def measured(self, job_name: str) -> JobsOfFanOut:
        """The jobs as their events show them.

        Args:
            job_name: of jobs without a ``job_name`` in the options; ``*`` stands for any text.
        """
        name = self.options.get("job_name") or job_name
        queues = [self.queue, *filter(None, [self.options.get("fallback_queue")])]
        return JobsOfFanOut(queues=queues, job_name=None if is_jsonata(name) else name, job=self.job)

    def template(self, scope: Construct, construct_id: str, *, job_name: str) -> SubmitTemplate:
        """The submit of the jobs, for first and for further runs of items.

        Args:
            scope: of the fan-out.
            construct_id: of the fan-out.
            job_name: of jobs without a ``job_name`` in the options.
        """
        return SubmitTemplate(
            job=self.job,
            queue=self.queue,
            submitted_by=job_mark(scope, construct_id),
            options=JobOptions.of(self.options),
            environment="{% $states.input.environment %}",
            job_name=self.options.get("job_name") or job_name,
        )

    @property
    def _rounds(self) -> RetryTiers:
        return RetryTiers(self.queue, self.options.get("fallback_queue"), self.options.get("memory_steps"))

    @property
    def _skip_finished(self) -> bool:
        return filled(FanOutOptions, self.options)["skip_finished"]
