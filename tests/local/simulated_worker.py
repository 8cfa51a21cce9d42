"""What the worker does to find its item, in a simulation: it takes a minute, and nothing is written."""

from typing import Any
from urllib.parse import urlsplit

from moto.s3.models import s3_backends

from constructs_lib.local.account import ACCOUNT
from constructs_lib.local.runners import Ending
from constructs_lib.local.scheduler.jobs.job import Job
from worker.contract import Contract
from worker.items import find_item

MINUTE = 60.0


class SimulatedWorker:
    """A behavior of jobs that succeed.

    Attributes:
        found: the index and the item that each job found, by the id of the job; a retry finds the same.
    """

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, Any]] = {}

    def __call__(self, job: Job) -> tuple[float, Ending]:
        """Find the item of a job."""
        variables = {entry["name"]: entry["value"] for entry in job.spec.container["environment"]}
        if job.index is not None:
            variables["AWS_BATCH_JOB_ARRAY_INDEX"] = str(job.index)
        index, item = find_item(Contract(variables), _read)
        assert self.found.setdefault(job.id, (index, item)) == (index, item)
        return MINUTE, Ending(0)


def _read(uri: str) -> bytes:
    # Not by the API: the engine holds its lock meanwhile, which an answer may need.
    place = urlsplit(uri)
    content: bytes = s3_backends[ACCOUNT]["aws"].get_object(place.netloc, place.path.lstrip("/")).value
    return content
