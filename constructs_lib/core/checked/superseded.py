"""Old spellings of arguments, which work for a release and say what to write instead."""

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)


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
                said = (
                    f"{target.__name__}: {name}={value!r} is now {by}={value!r}, and goes away with the next release."
                )
                warnings.warn(said, DeprecationWarning, stacklevel=callers)
                given = {by: given.pop(name), **given}
            init(*args, **given)

        target.__init__ = translating  # type: ignore[misc]
        return target

    return decorate
