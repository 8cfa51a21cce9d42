"""Changes of the libraries in this process, in force together and undone together.

moto is emulated AWS, but not all of it is as AWS is: single attributes of its modules and classes are replaced while an
embedded AWS is open. An attribute that moto no longer has, or that is called in another way, is refused: moto has
moved, and the replacement would be called by nobody, or wrongly.
"""

import inspect
import re
from collections.abc import Callable, Iterable, MutableMapping, MutableSequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import metadata
from types import FunctionType, ModuleType
from typing import Any, Protocol, Self

_ABSENT = object()
_OWN = "constructs-lib"
_KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY
_NONE = inspect.Parameter.empty
_MANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

_SIGNATURES: dict[Any, list[inspect.Parameter]] = {}
"""By the code of functions, and which of their parameters have defaults: an embedded AWS is opened often."""

Undo = Callable[[], object]


class MovedError(RuntimeError):
    """A library is not what the changes of it were made for.

    Args:
        what: what was looked for, such as ``moto.logs.models.LogStream.events``.
        problem: what is wrong with it, as the end of a sentence.
        library: the name of the module that all of the library is in.
    """

    def __init__(self, what: str, problem: str, library: str) -> None:
        name = metadata.packages_distributions().get(library, [library])[0]
        super().__init__(
            f"{what} {problem}: the embedded AWS replaces it, and cannot with {name} {_version(name)}. "
            f"Install a version that it is tested with: {_supported(name)}."
        )


class Change(Protocol):
    """Something that is changed for a while."""

    def begin(self) -> Undo:
        """Make the change.

        Returns:
            What undoes it.

        Raises:
            MovedError: what is to be changed is not there, or is something else.
        """
        ...


@dataclass(frozen=True)
class Patch:
    """One attribute of a class or module, and what takes its place.

    Args:
        owner: the class, the module, or another object.
        attribute: its name; the owner has it, or inherits it.
        replacement: what the attribute is meanwhile. A function takes all parameters of the one that it replaces.
        adds: whether the owner may lack it.
    """

    owner: Any
    attribute: str
    replacement: Any
    adds: bool = False

    def begin(self) -> Undo:
        """Put the replacement in place."""
        before = inspect.getattr_static(self.owner, self.attribute, _ABSENT)
        if before is _ABSENT and not self.adds:
            raise MovedError(self._name, "is not there", self._library)
        replacement = self._made_of_what_is_there()
        if problem := _misfit(before, replacement, is_method=isinstance(self.owner, type)):
            raise MovedError(self._name, problem, self._library)
        own = vars(self.owner).get(self.attribute, _ABSENT)  # not what it inherits
        setattr(self.owner, self.attribute, replacement)
        if own is _ABSENT:
            return lambda: delattr(self.owner, self.attribute)
        return lambda: setattr(self.owner, self.attribute, own)

    def _made_of_what_is_there(self) -> Any:
        return self.replacement

    @property
    def _name(self) -> str:
        return f"{_name_of(self.owner)}.{self.attribute}"

    @property
    def _library(self) -> str:
        return _name_of(self.owner).partition(".")[0]


@dataclass(frozen=True)
class Around(Patch):
    """An attribute whose replacement is made of what is in force before, the library's own or an earlier patch.

    Args:
        owner: as that of a `Patch`.
        attribute: its name.
        replacement: makes what the attribute is meanwhile, of what it is before.
    """

    def _made_of_what_is_there(self) -> Any:
        return self.replacement(getattr(self.owner, self.attribute))


@dataclass(frozen=True)
class Entry:
    """One entry of a table, and its value meanwhile.

    Args:
        table: of the library.
        name: what the table is called, for the error: with its module.
        key: of the entry.
        value: what it is meanwhile.
        adds: whether the table may lack it.
    """

    table: MutableMapping[Any, Any]
    name: str
    key: str
    value: Any
    adds: bool = False

    def begin(self) -> Undo:
        """Set the entry."""
        before = self.table.get(self.key, _ABSENT)
        if before is _ABSENT and not self.adds:
            raise MovedError(f"{self.name}[{self.key!r}]", "is not there", self.name.partition(".")[0])
        self.table[self.key] = self.value
        if before is _ABSENT:
            return lambda: self.table.pop(self.key, None)
        return lambda: self.table.update({self.key: before})


@dataclass(frozen=True)
class Item:
    """A value that is in a list meanwhile.

    Args:
        values: of the library; a value that is in it already stays in it.
        value: the value.
    """

    values: MutableSequence[Any]
    value: Any

    def begin(self) -> Undo:
        """Put it at the end of the list."""
        if self.value in self.values:
            return lambda: None
        self.values.append(self.value)
        return lambda: self.values.remove(self.value)


@dataclass(frozen=True)
class BackendClass:
    """The class of which moto makes the backends of a service; those that are there are forgotten, before and after.

    Args:
        backends: moto's, of all accounts.
        replacement: a subclass of the class that moto has for them.
    """

    backends: Any
    replacement: type

    def begin(self) -> Undo:
        """Let backends be of this class from now on."""
        own = self.replacement.__mro__[1]
        if getattr(self.backends, "backend", None) is not own:
            raise MovedError(_name_of(own), f"is not what {self.backends.service_name} backends are made of", "moto")
        undo = Patch(self.backends, "backend", self.replacement).begin()
        self.backends.clear()

        def end() -> None:
            undo()
            self.backends.clear()

        return end


class Patches:
    """The owner of changes: a context manager that makes them in order, and undoes them in reverse.

    When one cannot be made, those before it are undone.

    Args:
        changes: all that are to be in force together.
    """

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes = list(changes)
        self._made = ExitStack()

    def __enter__(self) -> Self:
        """Make all changes.

        Raises:
            MovedError: one cannot be made.
        """
        with ExitStack() as made:
            for change in self._changes:
                made.callback(change.begin())
            self._made = made.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Undo them; does nothing if they are not in force."""
        self._made.close()


def _misfit(before: Any, replacement: Any, *, is_method: bool) -> str | None:
    """Why a function cannot be called as the one that it replaces; None if it can, or one of them is no function."""
    if type(before) is not type(replacement) or not isinstance(before, FunctionType | staticmethod | classmethod):
        return None
    given, taken = (
        _parameters(attribute, is_method=is_method and not isinstance(before, staticmethod))
        for attribute in (before, replacement)
    )
    takes_others = any(parameter.kind in _MANY for parameter in taken)
    places = {parameter.name: place for place, parameter in enumerate(taken)}
    for place, parameter in enumerate(given):
        if parameter.kind in _MANY:
            continue
        if parameter.name not in places and not takes_others:
            return f"has a parameter {parameter.name!r} that its replacement lacks"
        found = places.get(parameter.name, place)
        if found != place and _KEYWORD_ONLY not in {parameter.kind, taken[found].kind}:
            return f"has its parameter {parameter.name!r} in another place than its replacement"
    known = {parameter.name for parameter in given}
    if any(parameter.kind in _MANY for parameter in given):
        return None
    needed = [parameter.name for parameter in taken if parameter.kind not in _MANY and parameter.default is _NONE]
    lacking = [name for name in needed if name not in known]
    return f"has no parameter {lacking[0]!r}, which its replacement needs" if lacking else None


def _parameters(attribute: Any, *, is_method: bool) -> list[inspect.Parameter]:
    function = attribute.__func__ if isinstance(attribute, staticmethod | classmethod) else attribute
    parameters = _signature(function)
    return parameters[1:] if is_method and parameters[0].kind not in _MANY else parameters


def _signature(function: Any) -> list[inspect.Parameter]:
    """The parameters of a function; of several with the same code, such as closures, they are looked up once."""
    if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        return list(inspect.signature(function).parameters.values())
    key = (function.__code__, len(function.__defaults__ or ()), frozenset(function.__kwdefaults__ or ()))
    if key not in _SIGNATURES:
        _SIGNATURES[key] = list(inspect.signature(function).parameters.values())
    return _SIGNATURES[key]


def _name_of(owner: Any) -> str:
    if isinstance(owner, ModuleType):
        return owner.__name__
    kind = owner if isinstance(owner, type) else type(owner)
    return f"{kind.__module__}.{kind.__qualname__}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "of this process"


def _supported(name: str) -> str:
    """The versions of a library that this one is tested with, as its own metadata have them."""
    try:
        wanted = metadata.requires(_OWN) or []
    except metadata.PackageNotFoundError:
        wanted = []
    of_library = [text for text in wanted if re.match(rf"{re.escape(name)}\b(?!-)", text)]
    return of_library[0].partition(";")[0].strip() if of_library else name
