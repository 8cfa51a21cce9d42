"""What CloudFormation refuses, in its own words."""

from collections.abc import Sequence


class TemplateError(ValueError):
    """A template, or a value given for it, that CloudFormation refuses.

    Args:
        message: what CloudFormation answers.
        path: the keys that lead to the place in the template, if it is known.
    """

    def __init__(self, message: str, path: Sequence[str | int] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = tuple(path)

    def within(self, key: str | int) -> "TemplateError":
        """The same error, once it is known that its place lies below a key."""
        self.path = (key, *self.path)
        return self


def pointer(path: Sequence[str | int]) -> str:
    """How CloudFormation writes a place: ``/Resources/Queue/Properties/Tags/0``."""
    return "".join(f"/{key}" for key in path)
