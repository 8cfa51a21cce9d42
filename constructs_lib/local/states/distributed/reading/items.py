"""What a map run iterates over.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.states.flow.map_states import Pair, pairs

__all__ = ["STATE_DATA", "Item", "Pair", "pairs"]

STATE_DATA = "STATE_DATA"


@dataclass(frozen=True, slots=True)
class Item:
    """What is iterated over, and where it comes from: ``STATE_DATA``, or an address in S3."""

    given: Any
    source: str

    def context(self, index: int) -> dict[str, Any]:
        """Return ``$states.context.Map.Item``."""
        if isinstance(self.given, Pair):
            return {"Index": index, "Key": self.given["Key"], "Value": self.given["Value"], "Source": self.source}
        return {"Index": index, "Value": self.given, "Source": self.source}
