"""200 jobs of the worker that each write a result to S3, against 200 programs that do it with boto3, by `xargs -P2`."""

import json
import os
import shlex
import sys
import tempfile
from pathlib import Path

from benchmarks.local_account import SUBMIT, machine, queue, run
from benchmarks.measure import ROOT, Row, command, paired
from constructs_lib.local.account import environment
from constructs_lib.local.aws import EmbeddedAws

SIZE = 200
BUCKET = "results"
WORKER = [sys.executable, "-m", "worker", "handlers.echo:handler"]
BOTO3 = """
import json, sys, boto3
index = int(sys.argv[1])
body = json.dumps({"index": index, "item": index}).encode()
key = f"boto3/{index}.json"
boto3.client("s3").put_object(Bucket="results", Key=key, Body=body, ContentType="application/json")
"""
SETTINGS = {
    "PYTHONPATH": str(ROOT / "container"),
    "ITEMS": json.dumps(list(range(SIZE))),
    "RESULTS_URI": f"s3://{BUCKET}/worker",
}
ARRAY = {
    "Submit": {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {
            "JobName": "worker",
            **SUBMIT,
            "ArrayProperties": {"Size": SIZE},
            "ContainerOverrides": {
                "Command": WORKER,
                "Environment": [{"Name": name, "Value": value} for name, value in SETTINGS.items()],
            },
        },
        "Output": "{% $states.result.ArrayProperties.StatusSummary.SUCCEEDED %}",
        "End": True,
    }
}


def rows(runs: int = 1) -> list[Row]:
    """From the start of the execution to its outcome; both write to the same S3, which checks their rights.

    Once: 200 programs with boto3 take minutes, and the ratio is far from its goal.
    """
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory), parallel=2) as aws:
        queue(aws, with_rights=True)
        aws.client("s3").create_bucket(Bucket=BUCKET)
        arn = machine(aws, "worker", ARRAY)
        ours, baseline = paired(lambda: _array(aws, arn), lambda: _xargs(aws), runs)
    name = f"array of {SIZE} jobs of the worker, a result each"
    return [Row(name, ours, "xargs -P2 over programs with boto3", baseline, goal=0.25)]


def _array(aws: EmbeddedAws, arn: str) -> float:
    seconds, succeeded = run(aws, arn, {})
    assert succeeded == SIZE, succeeded
    assert _emptied(aws, "worker/") == SIZE
    return seconds


def _xargs(aws: EmbeddedAws) -> float:
    program = f"{sys.executable} -c {shlex.quote(BOTO3)}"
    line = f"seq 0 {SIZE - 1} | xargs -P2 -I'{{}}' {program} '{{}}'"
    seconds = command(["sh", "-c", line], {**os.environ, **environment(aws.endpoint_url, aws.keys)})
    assert _emptied(aws, "boto3/") == SIZE
    return seconds


def _emptied(aws: EmbeddedAws, prefix: str) -> int:
    """Delete what is below a prefix, and tell how many objects that were."""
    s3 = aws.client("s3")
    keys = [{"Key": entry["Key"]} for entry in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})
    return len(keys)
