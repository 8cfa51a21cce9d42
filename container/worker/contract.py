"""What a job is told by its environment.

=============================  ====================================================================================
``ITEMS``                      JSON array of items
``ITEMS_URI``                  ``s3://bucket/key`` of a JSON object ``{"items": [...], "indexes": [...]?}``; one of
                               the two must be set
``ITEMS_OFFSET``               position of the first item of this job's array (default 0)
``AWS_BATCH_JOB_ARRAY_INDEX``  this job's place in its array, set by AWS Batch; absent outside of array jobs
``ITEM_INDEX``                 index that names the result, in an array job the first child's (default: see
                               :func:`worker.items.find_item`)
``RESULTS_URI``                ``s3://bucket/prefix`` of the results; without it the result is printed
``PREVIOUS_RESULTS_URI``       the same of the stage before, set in the later stages of a pipeline
``SKIP_FINISHED``              ``true``: an item whose result is in S3 already is not worked on again
``AWS_BATCH_JOB_ATTEMPT``      1 for the first attempt, set by AWS Batch
``AWS_BATCH_JOB_ID``           set by AWS Batch
=============================  ====================================================================================

A variable that is set to nothing counts as absent.
"""

from collections.abc import Mapping

from worker.errors import ContractError


class Contract:
    """The environment of one job, checked."""

    # A plain class: importing dataclasses would cost more than all the rest of the worker.
    __slots__ = (
        "array_index",
        "attempt",
        "item_index",
        "items",
        "items_uri",
        "job_id",
        "offset",
        "previous_results_uri",
        "results_uri",
        "skip_finished",
    )

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.items = environment.get("ITEMS") or None
        self.items_uri = _uri(environment, "ITEMS_URI")
        self.offset = _number(environment, "ITEMS_OFFSET")
        self.array_index = _number(environment, "AWS_BATCH_JOB_ARRAY_INDEX")
        self.item_index = _number(environment, "ITEM_INDEX")
        self.results_uri = _uri(environment, "RESULTS_URI")
        self.previous_results_uri = _uri(environment, "PREVIOUS_RESULTS_URI")
        self.skip_finished = _flag(environment, "SKIP_FINISHED")
        self.attempt = _number(environment, "AWS_BATCH_JOB_ATTEMPT") or 1
        self.job_id = environment.get("AWS_BATCH_JOB_ID") or None
        if self.items is None and self.items_uri is None:
            raise ContractError("neither ITEMS nor ITEMS_URI is set: this job has no item")
        if self.items is not None and self.items_uri is not None:
            raise ContractError("both ITEMS and ITEMS_URI are set: set one of them")


def _number(environment: Mapping[str, str], name: str) -> int | None:
    value = environment.get(name)
    if not value:
        return None
    # int() alone would take "-1", " 1", "1_000" and digits of other scripts, each a mistake of whoever set them.
    if not (value.isascii() and value.isdigit() and len(value) < 19):  # noqa: PLR2004 - what fits into 64 bits
        raise ContractError(f"{name} must be a whole number, 0 or more; it is {_shortened(value)}")
    return int(value)


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name) or "false"
    if value not in {"true", "false"}:
        raise ContractError(f"{name} must be true or false; it is {_shortened(value)}")
    return value == "true"


def _uri(environment: Mapping[str, str], name: str) -> str | None:
    value = environment.get(name)
    if not value:
        return None
    bucket, _, key = value.removeprefix("s3://").rstrip("/").partition("/")
    if not (value.startswith("s3://") and bucket and key):
        raise ContractError(f"{name} must look like s3://bucket/key; it is {_shortened(value)}")
    return value.rstrip("/")


def _shortened(value: str) -> str:
    return repr(value if len(value) <= 80 else value[:77] + "...")  # noqa: PLR2004 - a line of a log
