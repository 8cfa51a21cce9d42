"""A shortage of vCPUs, and its end: ten jobs share two places, then ten more run at once.

Only calls that AWS has, by boto3. Runs in an embedded AWS of its own, or where AWS_ENDPOINT_URL points to; draws the
timeline into the file that is named as the argument: ``python3 -m docs.examples.resource_shortage shortage.svg``.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from constructs_lib.local import bars, timeline_svg

SLEEP_SECONDS = 0.5
JOBS = 10
VCPUS = 2
ROLE = "arn:aws:iam::123456789012:instance-profile/ecsInstanceRole"


def main(arguments: list[str]) -> None:
    """Run the experiment, print what was seen, and draw it."""
    with endpoint() as url:
        batch = boto3.client("batch", endpoint_url=url)
        boto3.client("iam", endpoint_url=url).create_instance_profile(InstanceProfileName="ecsInstanceRole")
        provision(batch)
        started = time.time()
        first = submit(batch, "first")
        at_once = wait(batch, first)
        print(f"max 4 vCPUs:  {JOBS} jobs of {VCPUS} vCPUs, at most {at_once} at a time")
        batch.update_compute_environment(computeEnvironment="shortage", computeResources={"maxvCpus": 20})
        raised = time.time()
        second = submit(batch, "second")
        at_once = wait(batch, second)
        print(f"max 20 vCPUs: {JOBS} jobs of {VCPUS} vCPUs, at most {at_once} at a time")
        if arguments:
            made = bars(described(batch, first + second), time.time())
            Path(arguments[0]).parent.mkdir(parents=True, exist_ok=True)
            Path(arguments[0]).write_text(timeline_svg(made, {"shortage": [(started, 4), (raised, 20)]}))
            print(f"timeline: {arguments[0]}")


@contextmanager
def endpoint() -> Iterator[str]:
    """Where AWS_ENDPOINT_URL points to, or an embedded AWS for as long as this runs."""
    if "AWS_ENDPOINT_URL" in os.environ:
        yield os.environ["AWS_ENDPOINT_URL"]
        return
    program, keys = Path(sys.executable).with_name("constructs-lib"), ["--keys", "local/local"]
    command = [str(program), "local", "up", "--parallel", str(2 * JOBS), *keys]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as instance:
        url = next(iter(instance.stdout or ())).removeprefix("ready ").strip()
        os.environ |= {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        try:
            yield url
        finally:
            instance.terminate()


def provision(batch: Any) -> None:
    """An EC2 environment of at most 4 vCPUs, a queue, and a job that sleeps."""
    batch.create_compute_environment(
        computeEnvironmentName="shortage",
        type="MANAGED",
        computeResources={
            "type": "EC2",
            "minvCpus": 0,
            "desiredvCpus": 2,
            "maxvCpus": 4,
            "instanceTypes": ["optimal"],
            "subnets": ["subnet-1"],
            "securityGroupIds": ["sg-1"],
            "instanceRole": ROLE,
        },
    )
    order = [{"order": 1, "computeEnvironment": "shortage"}]
    batch.create_job_queue(jobQueueName="shortage", priority=1, computeEnvironmentOrder=order)
    batch.register_job_definition(
        jobDefinitionName="sleep",
        type="container",
        containerProperties={
            "image": "public.ecr.aws/docker/library/busybox:1.37",
            "command": ["sleep", str(SLEEP_SECONDS)],
            "resourceRequirements": [{"type": "VCPU", "value": str(VCPUS)}, {"type": "MEMORY", "value": "512"}],
        },
    )


def submit(batch: Any, name: str) -> list[str]:
    """Submit ten jobs; their ids."""
    jobs = (
        batch.submit_job(jobName=f"{name}-{number}", jobQueue="shortage", jobDefinition="sleep")
        for number in range(JOBS)
    )
    return [job["jobId"] for job in jobs]


def wait(batch: Any, ids: list[str]) -> int:
    """Wait until all have ended; how many ran at the same time at most."""
    most = 0
    while True:
        statuses = [job["status"] for job in described(batch, ids)]
        most = max(most, statuses.count("RUNNING"))
        if set(statuses) == {"SUCCEEDED"}:
            return most
        if "FAILED" in statuses:
            raise RuntimeError(f"a job failed: {statuses}")
        time.sleep(0.05)


def described(batch: Any, ids: list[str]) -> list[dict[str, Any]]:
    """What DescribeJobs says of jobs."""
    jobs: list[dict[str, Any]] = batch.describe_jobs(jobs=ids)["jobs"]
    return jobs


if __name__ == "__main__":
    main(sys.argv[1:])
