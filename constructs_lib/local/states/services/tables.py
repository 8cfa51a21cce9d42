"""Gap: moto's UpdateItem tells the consumed capacity without being asked.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
"""

from typing import Any

from moto.dynamodb.responses import DynamoHandler

from constructs_lib.local.patching import Patch

_update = DynamoHandler.update_item


def patches() -> list[Patch]:
    """Tell it if asked."""
    return [Patch(DynamoHandler, "update_item", _update_quietly)]


def _update_quietly(self: Any) -> Any:
    answer: Any = _update(self)
    if self.body.get("ReturnConsumedCapacity", "NONE") == "NONE":
        answer.result.pop("ConsumedCapacity", None)
    return answer
