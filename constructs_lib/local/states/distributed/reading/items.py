"""Gap: moto iterates over arrays only; AWS iterates over the pairs of an object, too.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemspath.html and
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map.
"""

from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.asl.component.common.path.items_path import ItemsPath
from moto.stepfunctions.parser.asl.component.state.exec.state_map.items.items import ItemsJSONata

from constructs_lib.local.states.patching import Patch

STATE_DATA = "STATE_DATA"

_eval_items = ItemsJSONata._eval_body  # noqa: SLF001 this is what gets replaced
_eval_items_path = ItemsPath._eval_body  # noqa: SLF001 this is what gets replaced


class Pair(dict[str, Any]):
    """A pair of an object that is iterated over: ``{"Key": …, "Value": …}``."""


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


def pairs(value: dict[str, Any]) -> list[Pair]:
    """Return an object's pairs."""
    return [Pair(Key=key, Value=inner) for key, inner in value.items()]


def patches() -> list[Patch]:
    """Make an array of pairs of an object."""
    return [
        Patch(ItemsJSONata, "_eval_body", _eval_pairs),
        Patch(ItemsPath, "_eval_body", _eval_path_pairs),
    ]


def _eval_pairs(self: Any, env: Any) -> None:
    self.string_jsonata.eval(env=env)
    found = env.stack.pop()
    if isinstance(found, dict):
        env.stack.append(pairs(found))
    else:
        _eval_items(self, env)  # says what is wrong with anything but an array


def _eval_path_pairs(self: Any, env: Any) -> None:
    _eval_items_path(self, env)
    if isinstance(env.stack[-1], dict):
        env.stack.append(pairs(env.stack.pop()))
