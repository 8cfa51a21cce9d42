"""Imports what needs an extra of this distribution, and says which when it is not installed."""

from importlib import import_module
from types import ModuleType


def import_with(extras: str, module: str) -> ModuleType:
    """Import a module.

    Args:
        extras: what brings the packages that it needs, such as ``local`` or ``local,testing``.
        module: its full name.

    Raises:
        ModuleNotFoundError: a package that it needs is not installed; the message has the command that installs it.
        ImportError: this system has not what it needs.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        from constructs_lib.systems import only_on_posix  # noqa: PLC0415 - for those that lack something alone

        if unfit := only_on_posix(error):
            raise ImportError(f"{module}: {unfit}", name=module) from error
        package = (error.name or __package__).partition(".")[0]
        if package == __package__:
            raise
        raise ModuleNotFoundError(
            f"{module} needs the package {package}, which is not installed: pip install 'constructs-lib[{extras}]'",
            name=error.name,
            path=error.path,
        ) from error
