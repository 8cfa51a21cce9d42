"""What a rule is shown and tested with."""

from dataclasses import dataclass
from typing import Final

PLACE: Final = "<VALUE>"
"""Where the values of an example stand in its template."""
_UNKNOWN: Final = "{Ref: Unknown}"


@dataclass(frozen=True)
class Example:
    """A template with one value that is wrong, right, or not known.

    Args:
        template: its resources in YAML, with ``<VALUE>`` in one place.
        wrong: the value with which the rule finds something.
        right: the value with which it finds nothing.
        unknown: the value with which nobody knows. Default: a parameter.
    """

    template: str
    wrong: str
    right: str
    unknown: str = _UNKNOWN

    def with_value(self, value: str) -> str:
        """The whole template with a value."""
        body = "\n".join(f"  {line}" if line else "" for line in self.template.strip("\n").splitlines())
        text = f"Parameters:\n  Unknown:\n    Type: String\nResources:\n{body}\n"
        return text.replace(PLACE, value)

    @property
    def shown(self) -> str:
        """The resources with what is wrong."""
        return self.template.strip("\n").replace(PLACE, self.wrong)
