"""The check of every call of a public class or function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from inspect import CO_VARARGS, CO_VARKEYWORDS, isfunction
from types import FunctionType, ModuleType
from typing import Any, TypeVar

from constructs import Construct
from jsii.errors import JavaScriptError

from constructs_lib.core.checked.injection import injected
from constructs_lib.core.checked.signature import Signature

_Target = TypeVar("_Target", bound=Callable[..., Any])


def checked(target: _Target) -> _Target:
    """Let a public class, or a function, refuse arguments that are not what its annotations say.

    Of a class, the constructor and all public methods do. A wrong type, a name that does not exist, an argument that is
    missing, and what aws-cdk-lib refuses later, are a `ConfigurationError` with the place. What was given is looked at
    once, without a question to aws-cdk-lib; the annotations are read at the first call. Constructs take the arguments
    that property injectors give them.

    Args:
        target: the class or function, as the outermost of its decorators.
    """
    if not isinstance(target, type):
        return _checking(target, target.__name__, receiver=False)  # type: ignore[return-value]
    for name, member in list(vars(target).items()):
        if name == "__init__":
            injects = issubclass(target, Construct)
            setattr(target, name, _checking(member, target.__name__, receiver=True, injects=injects))
        elif not name.startswith("_"):
            method = _method(member, f"{target.__name__}.{name}")
            if method is not None:
                setattr(target, name, method)
    return target


def _method(member: object, called: str) -> object:
    if isinstance(member, staticmethod):
        return staticmethod(_checking(member.__func__, called, receiver=False))
    if isinstance(member, classmethod):
        return classmethod(_checking(member.__func__, called, receiver=True))
    return _checking(member, called, receiver=True) if isfunction(member) and _takes_something(member) else None


def _takes_something(method: FunctionType) -> bool:
    code = method.__code__
    return code.co_argcount + code.co_kwonlyargcount > 1 or bool(code.co_flags & (CO_VARARGS | CO_VARKEYWORDS))


def _checking(
    function: Callable[..., Any], called: str, *, receiver: bool, injects: bool = False
) -> Callable[..., Any]:
    read: list[Signature] = []  # at the first call: an app uses few of the classes that it imports
    first = 1 if receiver else 0

    @wraps(function)
    def call(*args: Any, **given: Any) -> Any:
        if not read:
            read.append(Signature.of(function, receiver=receiver))
        if injects:
            given = dict(injected(called, args, given))
        asked = _Call(called, read[0], args[:first], args[first:], given)
        asked.check()
        try:
            return function(*args, **given)
        except RuntimeError as error:
            if isinstance(error.__cause__, JavaScriptError):
                raise _refusals().refused_by_aws_cdk(asked.where, error) from error
            raise

    return call


def _refusals() -> ModuleType:
    """The words for what is wrong, which take longer to import than an app takes to be checked."""
    return import_module("constructs_lib.core.checked.refusals")


@dataclass(frozen=True, slots=True)
class _Call:
    """One call: of what, with what."""

    called: str
    signature: Signature
    receiver: tuple[object, ...]
    args: tuple[object, ...]
    given: Mapping[str, object]

    def check(self) -> None:
        """Refuse what the signature does not have, or that its annotations do not say."""
        signature = self.signature
        for name in self.given:
            if name not in signature.named:
                _refusals().refuse_name(self.where, signature, name)
        if self.args:
            self._check_positions()
        for name, value in self.given.items():
            if not signature.named[name](value):
                _refusals().refuse_argument(self.where, signature, name, value)
        by_position = signature.positional[: len(self.args)]
        missing = [name for name in signature.required if name not in self.given and name not in by_position]
        if missing:
            _refusals().refuse_missing(self.where, signature, missing)

    def _check_positions(self) -> None:
        signature = self.signature
        for name, value in zip(signature.positional, self.args, strict=False):
            if name in self.given:
                _refusals().refuse_twice(self.where, name)
            if not signature.named[name](value):
                _refusals().refuse_argument(self.where, signature, name, value)
        for value in self.args[len(signature.positional) :]:
            if signature.rest is None:
                _refusals().refuse_position(self.where, signature, value)
            elif not signature.rest[1](value):
                _refusals().refuse_argument(self.where, signature, signature.rest[0], value)

    @property
    def where(self) -> str:
        """What is called; asked for when there is something to refuse, and not before."""
        arguments = {**dict(zip(self.signature.positional, self.args, strict=False)), **self.given}
        return str(_refusals().place_of(self.called, self.receiver[0] if self.receiver else None, arguments))
