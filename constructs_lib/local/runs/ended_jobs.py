"""How jobs of the embedded AWS ended, read in its process."""

from collections.abc import Sequence

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.job_outcomes import job_outcome
from constructs_lib.local.runs.outcome import JobOutcome
from constructs_lib.local.runs.report.bars import Bar, bars
from constructs_lib.local.scheduler.jobs.job import Job


def ended(aws: EmbeddedAws, jobs: Sequence[Job]) -> tuple[list[JobOutcome], list[Bar]]:
    """Tell how jobs and children ended, in their order, and make the bars of a timeline; each is described once."""
    found = [(job, described) for job in jobs if (described := aws.describe_job(job))]
    outcomes = [
        job_outcome(
            described,
            aws.processes.log(job) if job.attempts else None,
            exit_code=job.attempts[-1].exit_code if job.attempts else None,
        )
        for job, described in found
    ]
    return outcomes, bars((described for _, described in found), aws.clock.now())
