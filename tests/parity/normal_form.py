"""What was seen, without what differs from account to account and from run to run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_SHAPES: Final = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)"), "<time>"),
    (re.compile(r"\b1[5-9]\d{11}\b"), "<time>"),  # milliseconds
    (re.compile(r"\b\d{12}\b"), "<account>"),
    (re.compile(r"\b(vpc|subnet|sg|eni|igw|rtb)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b"), r"\1-<id>"),
    (re.compile(r"\barn:aws[a-z-]*:"), "arn:<partition>:"),
)


@dataclass(frozen=True)
class NormalForm:
    """How texts of a run are written so that they can be compared with those of another run.

    Args:
        account: the number of the account.
        region: such as ``eu-central-1``.
        names: what was made, by the name that it got in this run, such as the physical ids of a stack with the logical
            ones.
    """

    account: str
    region: str
    names: Mapping[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """A text; one that is in this form already stays as it is."""
        for name in sorted(self.names, key=len, reverse=True):  # a name may begin with another one
            text = text.replace(name, f"<{self.names[name]}>")
        text = text.replace(self.account, "<account>")
        text = re.sub(rf"\b{re.escape(self.region)}\b", "<region>", text)
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return text

    def of(self, value: Any) -> Any:
        """A JSON value, of which texts are written so; numbers stay what they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.of(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.of(inner) for inner in value]
        return value
