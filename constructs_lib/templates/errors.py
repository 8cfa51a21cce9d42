"""What CloudFormation refuses, in its own words."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Final, ParamSpec, TypeVar

TOO_DEEP: Final = "Template format error: nested too deeply"


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


P = ParamSpec("P")
R = TypeVar("R")


def refuses_depth(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function refuse what is nested more deeply than Python can go down."""

    @wraps(function)
    def refusing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except RecursionError:
            raise TemplateError(TOO_DEEP) from None

    return refusing
