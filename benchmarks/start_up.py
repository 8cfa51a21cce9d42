"""`constructs-lib local up` until it has answered each service of a pipeline, against moto's own server."""

import socket
import subprocess
import sys
import time

import boto3

from benchmarks.measure import ROOT, Row, paired

PROGRAM = [sys.executable, "-c", "from constructs_lib.cli import main; main()"]
UP = [*PROGRAM, "local", "up", "--keys", "local/local", "--port"]
MOTO = [sys.executable, "-m", "moto.server", "-p"]
CALLS = {
    "cloudformation": "list_stacks",
    "s3": "list_buckets",
    "batch": "describe_job_queues",
    "stepfunctions": "list_state_machines",
}
POLL_SECONDS = 0.005


def rows(runs: int = 3) -> list[Row]:
    """From the start of the process, imports included."""
    session = boto3.Session("local", "local", region_name="us-east-1")
    ours, baseline = paired(lambda: _seconds(session, UP), lambda: _seconds(session, MOTO), runs)
    return [Row("start-up of an embedded AWS", ours, "moto's server", baseline, goal=1.0)]


def _seconds(session: boto3.Session, command: list[str]) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    with subprocess.Popen(
        [*command, str(port)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not _answers(port):
            assert process.poll() is None, command
            time.sleep(POLL_SECONDS)
        for service, call in CALLS.items():
            getattr(session.client(service, endpoint_url=f"http://127.0.0.1:{port}"), call)()
        seconds = time.perf_counter() - started
        process.terminate()
    return seconds


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
