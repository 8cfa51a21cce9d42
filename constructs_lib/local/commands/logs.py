"""``constructs-lib local logs``: what jobs wrote."""

import re
import time
from typing import TYPE_CHECKING, Any

import click

from constructs_lib.local.commands.endpoint import endpoint_option, find, keys_of
from constructs_lib.local.commands.names import Name
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.local.client.jobs import Jobs

POLL_SECONDS = 0.25
_ARN = re.compile(r"^arn:[^/]+:job/")


@click.command()
@click.argument("job_or_stack", required=False, type=Name())
@click.option("--failed", is_flag=True, help="Only of jobs that failed; of all stacks when none is named.")
@click.option("--follow", "-f", is_flag=True, help="Go on until every one of the jobs has ended.")
@click.option("--raw", is_flag=True, help="Lines as they were written, whole, for a program that reads them.")
@endpoint_option
def logs(*, job_or_stack: str | None, failed: bool, follow: bool, raw: bool, endpoint: str | None) -> None:
    """Print what jobs wrote, in the order of their submission: one job, those of a stack, or those that failed.

    A child of an array job is JOB:INDEX; an array job means all its children. Each attempt has a heading. Control
    characters are written out, such as \\x1b, and lines are cut off after 10,000 characters, unless --raw is given.

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
    url = find(endpoint).endpoint_url
    from constructs_lib.local.client.clients import clients  # noqa: PLC0415 - boto3: not for --help and errors
    from constructs_lib.local.client.jobs import FINAL, Jobs  # noqa: PLC0415 - as above
    from constructs_lib.local.client.logs import Logs  # noqa: PLC0415 - as above

    account = clients(url, keys_of(url))
    jobs, reader = Jobs(account), Logs(account)
    shown: set[tuple[str, str]] = set()
    while True:
        found = [job for job in _jobs(jobs, job_or_stack) if not failed or job["status"] == "FAILED"]
        for job in found:
            for attempt, line in reader.new_lines(job):
                if (job["jobId"], attempt) not in shown:
                    shown.add((job["jobId"], attempt))
                    click.secho(visible(_heading(job, attempt)), bold=True)
                click.echo(line if raw else visible(line), color=raw or None)  # click takes colors away
        if not follow or all(job["status"] in FINAL for job in found):
            return
        time.sleep(POLL_SECONDS)


def _jobs(jobs: "Jobs", job_or_stack: str | None) -> list[dict[str, Any]]:
    """The whole descriptions of the jobs that are meant, children instead of their array jobs."""
    if job_or_stack is None:
        roots = jobs.since(jobs.queues())
    elif not (roots := jobs.describe([_ARN.sub("", job_or_stack)])):
        queues = jobs.queues_of(job_or_stack)
        if not queues:
            raise click.UsageError(f"no job and no stack with a job queue is called {job_or_stack!r}")
        roots = jobs.since(queues)
    return jobs.describe([leaf["jobId"] for root in roots for leaf in jobs.leaves(root)])


def _heading(job: dict[str, Any], attempt: str) -> str:
    return f"{job['jobName']} {job['jobId']} {attempt}: {job['status']}"
