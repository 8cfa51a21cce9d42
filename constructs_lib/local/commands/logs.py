"""``constructs-lib local logs``: what jobs wrote."""

import re
import time
from typing import TYPE_CHECKING, Any

import click

from constructs_lib.local.commands.endpoint import endpoint_option, find, keys_of, refused
from constructs_lib.local.commands.names import Name
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.local.client.jobs import Jobs
    from constructs_lib.local.client.logs import Logs

POLL_SECONDS = 0.25
_ARN = re.compile(r"^arn:[^/]+:job/")


@click.command(short_help="Print the output of jobs.")
@click.argument("job_or_stack", required=False, type=Name())
@click.option("--failed", is_flag=True, help="Only jobs that failed; of all stacks if none is named.")
@click.option("--follow", "-f", is_flag=True, help="Keep printing until all of the jobs have ended.")
@click.option("--raw", is_flag=True, help="Print lines unchanged, for a program that reads them.")
@endpoint_option
def logs(*, job_or_stack: str | None, failed: bool, follow: bool, raw: bool, endpoint: str | None) -> None:
    """Print the output of jobs, in the order of submission: of one job, of a stack, or of all jobs that failed.

    A child of an array job is JOB:INDEX; an array job means all its children. Each attempt has a heading. Control
    characters are escaped, such as \\x1b, and lines are cut off after 10,000 characters, unless --raw is given.

    \b
    Examples:
      constructs-lib local logs 8e5b2f0e-…            an id, or an ARN, of `constructs-lib local ps`
      constructs-lib local logs 8e5b2f0e-…:3 --follow
      constructs-lib local logs ArrayStack
      constructs-lib local logs --failed

    Exit code: 0; 1 the instance is gone; 2 wrong usage, an unknown job or stack, or nothing is running.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if job_or_stack is None and not failed:
        raise click.UsageError("name a job or a stack, or give --failed; `constructs-lib local ps` lists them")
    instance = find(endpoint)
    url = instance.endpoint_url
    from constructs_lib.local.client.clients import everywhere  # noqa: PLC0415 - boto3: not for --help and errors
    from constructs_lib.local.client.jobs import FINAL, Jobs  # noqa: PLC0415 - as above
    from constructs_lib.local.client.logs import Logs  # noqa: PLC0415 - as above

    locations = refused(instance.locations)
    at = everywhere(url, keys_of(url), locations[0])
    places = [(Jobs(at(location)), Logs(at(location))) for location in locations]
    shown: set[tuple[str, str]] = set()
    while True:
        found = [
            (job, reader) for job, reader in _jobs(places, job_or_stack) if not failed or job["status"] == "FAILED"
        ]
        for job, reader in found:
            for attempt, line in reader.new_lines(job):
                if (job["jobId"], attempt) not in shown:
                    shown.add((job["jobId"], attempt))
                    click.secho(visible(_heading(job, attempt)), bold=True)
                click.echo(line if raw else visible(line), color=raw or None)  # click takes colors away
        if not follow or all(job["status"] in FINAL for job, _ in found):
            return
        time.sleep(POLL_SECONDS)


def _jobs(places: list[tuple["Jobs", "Logs"]], job_or_stack: str | None) -> list[tuple[dict[str, Any], "Logs"]]:
    """The whole descriptions of the jobs that are meant, with what reads their logs; children, not their array jobs."""
    found, is_known = [], job_or_stack is None
    for jobs, reader in places:
        roots = _roots(jobs, job_or_stack)
        is_known = is_known or roots is not None
        wanted = [leaf["jobId"] for root in roots or () for leaf in jobs.leaves(root)]
        found += [(job, reader) for job in jobs.describe(wanted)]
    if not is_known:
        raise click.UsageError(f"no job and no stack with a job queue is called {job_or_stack!r}")
    return found


def _roots(jobs: "Jobs", job_or_stack: str | None) -> list[dict[str, Any]] | None:
    """The jobs of an account and region that are meant; None if nothing there is called so."""
    if job_or_stack is None:
        return jobs.since(jobs.queues())
    if found := jobs.describe([_ARN.sub("", job_or_stack)]):
        return found
    queues = jobs.queues_of(job_or_stack)
    return jobs.since(queues) if queues else None


def _heading(job: dict[str, Any], attempt: str) -> str:
    return f"{job['jobName']} {job['jobId']} {attempt}: {job['status']}"
