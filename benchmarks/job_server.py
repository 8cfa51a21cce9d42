"""An embedded AWS in a process of its own, with a queue whose jobs never end; used by `many_jobs`.

``python -m benchmarks.job_server JOBS [werkzeug] [children=N]`` submits so many jobs, prints the environment by which
SDKs reach it, and serves until its standard input ends. With ``werkzeug``, connections are answered by werkzeug's own
handler, as moto's server does it. With ``children``, an execution of the state machine ``array`` waits for an array job
of this size.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from moto.server import MotoRequestHandler

from benchmarks.local_account import SUBMIT, machine, queue
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.server import serving

_NEVER = 1e9


def main(jobs: int, *, by_werkzeug: bool, children: int) -> None:
    """Serve."""
    if by_werkzeug:
        serving.RequestHandler = MotoRequestHandler
    runner = SimulatedRunner(lambda _: (_NEVER, Ending(0)), RealClock())
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory), runner=runner) as aws:
        queue(aws)
        for number in range(jobs):
            aws.batch.submit_job({"jobName": f"job-{number}", "jobQueue": "queue", "jobDefinition": "job"})
        if children:
            _start(aws, children)
        print(json.dumps(aws.environment()), flush=True)
        sys.stdin.read()


def _start(aws: EmbeddedAws, children: int) -> None:
    """Start an execution, and wait until its array job is there."""
    resource = "arn:aws:states:::batch:submitJob.sync"
    arguments = {"JobName": "array", **SUBMIT, "ArrayProperties": {"Size": children}}
    states = {"Submit": {"Type": "Task", "Resource": resource, "Arguments": arguments, "End": True}}
    aws.client("stepfunctions").start_execution(stateMachineArn=machine(aws, "array", states))
    batch = aws.client("batch")
    while not batch.list_jobs(jobQueue="queue", jobStatus="PENDING")["jobSummaryList"]:
        time.sleep(0.01)


if __name__ == "__main__":
    size = next((word.removeprefix("children=") for word in sys.argv if word.startswith("children=")), "0")
    main(int(sys.argv[1]), by_werkzeug="werkzeug" in sys.argv, children=int(size))
