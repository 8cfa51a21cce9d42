"""An embedded AWS in a process of its own, with a queue whose jobs never end; used by `many_jobs`.

``python -m benchmarks.job_server JOBS [werkzeug]`` submits so many jobs, prints the environment by which SDKs reach it,
and serves until its standard input ends. With ``werkzeug``, connections are answered by werkzeug's own handler, as
moto's server does it.
"""

import json
import sys
import tempfile
from pathlib import Path

from moto.server import MotoRequestHandler

from benchmarks.local_account import queue
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.server import serving

_NEVER = 1e9


def main(jobs: int, *, by_werkzeug: bool) -> None:
    """Serve."""
    if by_werkzeug:
        serving.RequestHandler = MotoRequestHandler
    runner = SimulatedRunner(lambda _: (_NEVER, Ending(0)), RealClock())
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory), runner=runner) as aws:
        queue(aws)
        for number in range(jobs):
            aws.batch.submit_job({"jobName": f"job-{number}", "jobQueue": "queue", "jobDefinition": "job"})
        print(json.dumps(aws.environment()), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), by_werkzeug="werkzeug" in sys.argv)
