"""Old spellings of arguments, which work for a release and say what to write instead."""

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)

_GOES_AWAY = "and goes away with the next release."


def superseded(name: str, *, value: object, by: str) -> Callable[[_Class], _Class]:
    """Let one value of an argument be the same value of another argument, with a `DeprecationWarning`.

    Args:
        name: of the argument that had the value.
        value: that it has no more, such as False.
        by: the argument that has it now.
    """

    def decorate(target: _Class) -> _Class:
        init: Callable[..., None] = target.__init__  # type: ignore[misc]
        # Classes of jsii are called by way of their metaclass.
        callers = 2 if type(target) is type else 3

        @wraps(init)
        def translating(*args: Any, **given: Any) -> None:
            if name in given and given[name] is value:
                said = f"{target.__name__}: {name}={value!r} is now {by}={value!r}, {_GOES_AWAY}"
                warnings.warn(said, DeprecationWarning, stacklevel=callers)
                given = {by: given.pop(name), **given}
            init(*args, **given)

        target.__init__ = translating  # type: ignore[misc]
        return target

    return decorate


def renamed(old: str, *, to: str, of: Sequence[str] = ("__init__",)) -> Callable[[_Class], _Class]:
    """Let an argument still be given by its old name, with a `DeprecationWarning`.

    Args:
        old: name of the argument.
        to: its name now.
        of: the methods that take it. Default: the constructor.
    """

    def decorate(target: _Class) -> _Class:
        for name in of:
            member = vars(target)[name]
            callers = 3 if name == "__init__" and type(target) is not type else 2
            called = target.__name__ if name == "__init__" else f"{target.__name__}.{name}"
            made = _translating(getattr(member, "__func__", member), called, old, to, callers)
            setattr(target, name, type(member)(made) if isinstance(member, classmethod | staticmethod) else made)
        return target

    return decorate


def _translating(function: Callable[..., Any], called: str, old: str, new: str, callers: int) -> Callable[..., Any]:
    @wraps(function)
    def translating(*args: Any, **given: Any) -> Any:
        if old in given and new not in given:
            warnings.warn(f"{called}: {old} is now {new}, {_GOES_AWAY}", DeprecationWarning, stacklevel=callers)
            given = {new: given.pop(old), **given}
        return function(*args, **given)

    return translating
