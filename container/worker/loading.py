"""Finding the handler that ``module:function`` names."""

import sys
from collections.abc import Callable

from worker.context import Context
from worker.errors import ContractError

Handler = Callable[[object, Context], object]


def load_handler(target: str) -> Handler:
    """The function that ``module:function`` names; modules are found in the working directory first.

    Raises:
        ContractError: there is no such module or function. An error inside the module is raised as it is.
    """
    module_name, _, path = target.partition(":")
    if not (all(module_name.split(".")) and all(path.split("."))):
        raise ContractError(f"a handler is named module:function; got {target!r}")
    try:
        __import__(module_name)  # leaves no frames of the import system in a traceback, as importlib would
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise ContractError(f"handler {target!r}: there is no module {error.name!r}") from None
    found: object = sys.modules[module_name]
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise ContractError(f"handler {target!r}: module {module_name!r} has no {path!r}") from None
    if not callable(found):
        raise ContractError(f"handler {target!r} is not a function but {type(found).__name__}")
    return found
