"""Where an argument was given, in the caller's words: the beginning of every message."""

from dataclasses import dataclass

from constructs import Construct


@dataclass(frozen=True, slots=True)
class ArgumentPath:
    """A construct that is being made, as in ``JobQueue 'Stack/Bulk'``, or one of its parameters.

    Its path is asked for when there is an error to report and not before: every question to a construct crosses to
    another process and back, and an app has thousands of arguments that are right.

    Args:
        kind: the class.
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        parameter: the parameter, with an index where it is a list.
    """

    kind: str
    scope: Construct
    construct_id: str
    parameter: str = ""

    def of(self, parameter: str) -> "ArgumentPath":
        """One of the construct's parameters."""
        return ArgumentPath(self.kind, self.scope, self.construct_id, parameter)

    def within(self, name: str) -> "ArgumentPath":
        """A part of the parameter, or a parameter of the construct itself."""
        return self.of(f"{self.parameter}.{name}" if self.parameter else name)

    def at(self, index: int) -> "ArgumentPath":
        """One entry of the list that the parameter is."""
        return self.of(f"{self.parameter}[{index}]")

    def __str__(self) -> str:
        path = "/".join(part for part in (self.scope.node.path, self.construct_id) if part)
        return f"{self.kind} '{path}'" + (f" {self.parameter}" if self.parameter else "")
