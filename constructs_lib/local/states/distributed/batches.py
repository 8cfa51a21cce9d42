"""ItemBatcher: what the child executions get as input, one item or a batch of them each.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.states.distributed.failures import DATA_LIMIT, RUNTIME, MapRunError
from constructs_lib.local.states.distributed.numbers import whole_number
from constructs_lib.local.states.json_text import json_text

_ABSENT = object()


@dataclass(frozen=True)
class ChildInput:
    """Input of a child execution, its JSON text, and how many items it holds."""

    value: Any
    text: str
    items: int


@dataclass(frozen=True)
class Batcher:
    """At most so many items and so many bytes of JSON per batch, the fixed input included.

    A batch is never larger than an execution's input may be. An item that alone is larger than `max_bytes` is a batch
    of its own.
    """

    max_items: int | None
    max_bytes: int
    batch_input: Any = _ABSENT

    @classmethod
    def of(cls, field: Mapping[str, Any]) -> "Batcher":
        """Return the batcher of an ItemBatcher field with its expressions evaluated.

        Raises:
            MapRunError: ``States.Runtime``: a limit that is no positive whole number, or more than 256 KiB.
        """
        max_items = _positive(field, "MaxItemsPerBatch")
        max_bytes = _positive(field, "MaxInputBytesPerBatch")
        if max_bytes is not None and max_bytes > STEP_FUNCTIONS_PAYLOAD_BYTES:
            cause = f"MaxInputBytesPerBatch is {max_bytes}, the maximum is {STEP_FUNCTIONS_PAYLOAD_BYTES}."
            raise MapRunError(RUNTIME, cause)
        return cls(max_items, max_bytes or STEP_FUNCTIONS_PAYLOAD_BYTES, field.get("BatchInput", _ABSENT))

    def batches(self, items: Iterable[Any]) -> Iterator[ChildInput]:
        """Yield the items in batches, in order.

        Raises:
            MapRunError: ``States.DataLimitExceeded``: an item does not fit into an execution's input.
        """
        start = "{" if self.batch_input is _ABSENT else f'{{"BatchInput":{json_text(self.batch_input)},'
        empty = _size(start + '"Items":[]}')
        batch: list[Any] = []
        texts: list[str] = []
        size = empty
        for item in items:
            text = json_text(item)
            added = _size(text) + bool(batch)  # a comma in front of all but the first
            if batch and (len(batch) == self.max_items or size + added > self.max_bytes):
                yield self._batch(start, batch, texts)
                batch, texts, size, added = [], [], empty, _size(text)
            batch.append(item)
            texts.append(text)
            size += added
        if batch:
            yield self._batch(start, batch, texts)

    def _batch(self, start: str, items: list[Any], texts: list[str]) -> ChildInput:
        fixed = {} if self.batch_input is _ABSENT else {"BatchInput": self.batch_input}
        return _checked(ChildInput({**fixed, "Items": items}, f'{start}"Items":[{",".join(texts)}]}}', len(items)))


def single_inputs(items: Iterable[Any]) -> Iterator[ChildInput]:
    """Yield each item as an input of its own.

    Raises:
        MapRunError: ``States.DataLimitExceeded``: an item does not fit into an execution's input.
    """
    for item in items:
        yield _checked(ChildInput(item, json_text(item), 1))


def _checked(child: ChildInput) -> ChildInput:
    if _size(child.text) > STEP_FUNCTIONS_PAYLOAD_BYTES:
        cause = (
            f"The input of a child execution has {_size(child.text)} bytes, "
            f"the maximum is {STEP_FUNCTIONS_PAYLOAD_BYTES}."
        )
        raise MapRunError(DATA_LIMIT, cause)
    return child


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _positive(field: Mapping[str, Any], name: str) -> int | None:
    if field.get(name) is None:
        return None
    value = whole_number(name, field[name])
    if value < 1:
        raise MapRunError(RUNTIME, f"{name} must be a positive integer, but was {value}.")
    return value
