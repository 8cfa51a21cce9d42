"""The result of a job, written once, and whether it has been written."""

from collections.abc import Callable

from worker import strict_json
from worker.errors import ContractError, ResultError, S3Error


def is_finished(index: int, results_uri: str | None, exists: Callable[[str], bool]) -> bool:
    """Whether the result of an item was written by an earlier job.

    Args:
        index: the item's index.
        results_uri: ``s3://bucket/prefix``; None, where results are printed, tells nothing.
        exists: looks for an object at an ``s3://`` address.

    Raises:
        ContractError: S3 did not tell.
    """
    if results_uri is None:
        return False
    try:
        return exists(_object(results_uri, index))
    except S3Error as error:
        raise ContractError(f"SKIP_FINISHED: whether item {index} is finished cannot be told: {error}") from error


def write_result(value: object, index: int, results_uri: str | None, write: Callable[[str, bytes], bool]) -> bool:
    """Write a result as ``<results_uri>/<index>.json``, or print it as one line.

    One request writes the whole object, so a reader sees all of it or nothing. A null is written like any other value:
    that the object exists says that the item is done. Of two attempts that work on one item at once, as when AWS Batch
    has lost sight of the first, the result is that of the one that writes first.

    Args:
        value: what the handler returned.
        index: the item's index.
        results_uri: ``s3://bucket/prefix``, or None to print.
        write: puts an object at an ``s3://`` address, and tells whether it did: not, when another attempt was first.

    Returns:
        Whether the result is this one.

    Raises:
        ResultError: JSON has no form for the value, or S3 did not take it.
    """
    try:
        text = strict_json.render(value)
    except ValueError as error:
        raise ResultError(f"the result of item {index} cannot be written as JSON: {error}") from error
    if results_uri is None:
        print(text, flush=True)
        return True
    try:
        return write(_object(results_uri, index), text.encode())
    except S3Error as error:
        raise ResultError(f"the result of item {index} cannot be written: {error}") from error


def _object(results_uri: str, index: int) -> str:
    return f"{results_uri}/{index}.json"
