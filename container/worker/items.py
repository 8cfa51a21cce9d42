"""Which item is this job's, and what its result is called."""

from collections.abc import Callable

from worker import strict_json
from worker.contract import Contract
from worker.errors import ContractError, S3Error


def find_item(contract: Contract, read: Callable[[str], bytes]) -> tuple[int, object]:
    """The index and the item of this job.

    The item stands at position ``ITEMS_OFFSET + AWS_BATCH_JOB_ARRAY_INDEX`` of the list. Its index is ``ITEM_INDEX``
    plus its place in the array, or what the list in S3 says in ``indexes``, or the position.

    Args:
        contract: the job's environment.
        read: fetches the object at an ``s3://`` address; called only for ``ITEMS_URI``.

    Raises:
        ContractError: the list cannot be read, or does not have this item.
    """
    items, indexes, source = _listed(contract, read)
    position = (contract.offset or 0) + (contract.array_index or 0)
    if position >= len(items):
        raise ContractError(f"item {position} is out of range: {source} has {_count(items)}")
    if len(items) > 1 and contract.array_index is None and contract.offset is None:
        raise ContractError(
            f"{source} has {_count(items)} and this job takes one: it is in no array and has no ITEMS_OFFSET"
        )
    if contract.item_index is not None:
        return contract.item_index + (contract.array_index or 0), items[position]
    return (position if indexes is None else indexes[position]), items[position]


def _listed(contract: Contract, read: Callable[[str], bytes]) -> tuple[list[object], list[int] | None, str]:
    if contract.items_uri is None:
        return _list(_json(contract.items or "", "ITEMS"), "ITEMS"), None, "ITEMS"
    source = f"ITEMS_URI {contract.items_uri}"
    try:
        text = read(contract.items_uri)
    except S3Error as error:
        raise ContractError(f"ITEMS_URI cannot be read: {error}") from error
    document = _document(text, source, lambda: read(str(contract.items_uri)))
    if not isinstance(document, dict) or "items" not in document:
        raise ContractError(f'{source} must be a JSON object with "items"')
    items = _list(document["items"], f'"items" of {source}')
    indexes = document.get("indexes")
    return items, None if indexes is None else _indexes(indexes, items, source), source


def _document(text: bytes, source: str, read: Callable[[], bytes]) -> object:
    try:
        return _json(text, source)
    except ContractError:
        # An answer that does not say how long it is, as a proxy may send it, breaks off without a sign.
        try:
            again = read()
        except S3Error:
            again = text
        if again == text:
            raise
        return _json(again, source)


def _json(text: str | bytes, source: str) -> object:
    try:
        return strict_json.parse(text)
    except ValueError as error:
        raise ContractError(f"{source} is not JSON: {error}") from error


def _list(value: object, source: str) -> list[object]:
    if not isinstance(value, list):
        raise ContractError(f"{source} must be a JSON array")
    return value


def _indexes(value: object, items: list[object], source: str) -> list[int]:
    indexes = _list(value, f'"indexes" of {source}')
    whole = [index for index in indexes if type(index) is int and index >= 0]  # a bool is an int to isinstance
    if len(whole) != len(indexes):
        raise ContractError(f'"indexes" of {source} must be whole numbers, 0 or more')
    if len(whole) != len(items):
        raise ContractError(f'{source} has {_count(items)} and {len(whole)} "indexes"')
    return whole


def _count(items: list[object]) -> str:
    return "1 item" if len(items) == 1 else f"{len(items)} items"
