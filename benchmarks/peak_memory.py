"""The most memory that an embedded AWS takes with one job; used by `many_jobs`.

``python -m benchmarks.peak_memory 'echo a line'`` runs it and prints the megabytes.
"""

import resource
import sys
import tempfile
from pathlib import Path

from benchmarks import local_account
from constructs_lib.local.aws import EmbeddedAws

# Linux counts in KiB, macOS in bytes.
_PER_MEGABYTE = 1_000_000 / (1024 if sys.platform == "linux" else 1)


def main(program: str) -> None:
    """Run a program as a job, read the end of its output, and print the peak."""
    local_account.NOTHING[:] = ["sh", "-c", program]
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        local_account.queue(aws)
        submission = {"jobName": "job", "jobQueue": "queue", "jobDefinition": "job"}
        job = aws.batch.wait_for_job(aws.batch.submit_job(submission)["jobId"])
        assert job is not None
        assert job["status"] == "SUCCEEDED", job
        stream = job["container"]["logStreamName"]
        page = aws.client("logs").get_log_events(logGroupName="/aws/batch/job", logStreamName=stream)
        assert page["events"]
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MEGABYTE)


if __name__ == "__main__":
    main(sys.argv[1])
