"""Options that several constructs take: written and documented once, as a `TypedDict`, and shown by each of them.

A constructor takes them as ``**options: Unpack[SomeOptions]``, which type checkers know, and each of them is
``Annotated[…, Option(…)]``. `flat` gives the constructor the signature that users read, with every option by its name
and its default; `documented` adds what is said of them to its docstring.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Any, Final, TypeVar, Unpack, cast, get_args, get_origin, get_type_hints

_Target = TypeVar("_Target", bound=Callable[..., Any])
_Given = TypeVar("_Given", bound=Mapping[str, Any])

_OPTIONS: Final = "__constructs_lib_options__"
_ARGS: Final = "\nArgs:\n"
_ENTRY: Final = re.compile(r"^    (\w+): ", re.MULTILINE)
_WIDTH: Final = 116


@dataclass(frozen=True)
class Option:
    """What is said of an option, and what it is when it is not given.

    Args:
        text: as after its name in a docstring.
        default: its value. Default: None.
    """

    text: str
    default: Any = None


@cache
def options_in(options: type) -> dict[str, Option]:
    """What is said of the options of a `TypedDict`, by their names."""
    hints = get_type_hints(options, include_extras=True)
    return {name: next(each for each in hint.__metadata__ if isinstance(each, Option)) for name, hint in hints.items()}


def filled(options: type[_Given], given: _Given) -> _Given:
    """The options with the defaults of those that are not given."""
    return cast("_Given", {name: given.get(name, option.default) for name, option in options_in(options).items()})


def flat(function: _Target) -> _Target:
    """Let a function that takes a `TypedDict` of options show each of them in its signature."""
    signature = inspect.signature(function)
    *named, last = signature.parameters.values()
    if last.kind is not last.VAR_KEYWORD or get_origin(last.annotation) is not Unpack:
        raise TypeError(f"{function.__qualname__} takes no options that are unpacked")
    options = get_args(last.annotation)[0]
    hints = get_type_hints(options)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=hints[name])
        for name, option in options_in(options).items()
    ]
    function.__signature__ = signature.replace(parameters=[*named, *added])  # type: ignore[attr-defined]
    function.__annotations__ = {
        **{each.name: each.annotation for each in (*named, *added) if each.annotation is not each.empty},
        "return": signature.return_annotation,
    }
    setattr(function, _OPTIONS, options)
    return function


def documented(target: _Target) -> _Target:
    """Add the options that a class or function shares with others to its docstring, where it does not say its own.

    Args:
        target: the class or function that is `flat`; or a dataclass whose bases say what their fields are, or name the
            options that they are as ``__constructs_lib_options__``.
    """
    function: Any = target
    if isinstance(target, type):
        function = target.__init__  # type: ignore[misc]
    options = getattr(function, _OPTIONS, getattr(target, _OPTIONS, None))
    shared = (
        _of_bases(target)
        if options is None
        else {name: _line(name, each) for name, each in options_in(options).items()}
    )
    text = inspect.cleandoc(target.__doc__ or "")
    before, _, rest = text.partition(_ARGS)
    entries, blank, after = rest.partition("\n\n")
    said = {**shared, **_entries(entries)}
    signature = inspect.signature(function)
    listed = "\n".join(said[name] for name in signature.parameters if name in said)
    target.__doc__ = f"{before.rstrip()}\n{_ARGS}{listed}{blank}{after}"
    if isinstance(target, type):
        target.__signature__ = _OfConstructor()  # type: ignore[attr-defined]
    return target


class _OfConstructor:
    """The signature of a class and of those derived from it, which the metaclass of jsii would hide."""

    def __get__(self, instance: object, owner: Any) -> inspect.Signature:
        signature = inspect.signature(owner.__init__)
        _, *parameters = signature.parameters.values()
        return signature.replace(parameters=parameters)


def _line(name: str, option: Option) -> str:
    lines = wrap(f"{name}: {option.text}", _WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8)
    return "\n".join(lines)


def _of_bases(target: Any) -> dict[str, str]:
    """What the classes say of their fields that a dataclass is made of."""
    said: dict[str, str] = {}
    for base in reversed(getattr(target, "__mro__", ())[1:-1]):
        said |= _entries(inspect.cleandoc(vars(base).get("__doc__") or "").partition(_ARGS)[2].partition("\n\n")[0])
    return said


def _entries(section: str) -> Mapping[str, str]:
    """The lines of each argument, by its name."""
    starts = [*_ENTRY.finditer(section)]
    ends = [*(each.start() for each in starts[1:]), len(section)]
    return {each[1]: section[each.start() : end].rstrip("\n") for each, end in zip(starts, ends, strict=True)}
