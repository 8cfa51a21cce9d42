"""Every argument of everything public, with a value of every Python type that it does not take.

What is public and what it takes are found by introspection, so that a new argument is in the table by itself.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, Unpack, get_args, get_origin, get_type_hints

import pytest
from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

import constructs_lib
from constructs_lib import ConfigurationError

Called = Callable[..., Any]

WITHOUT_ARGUMENTS = {"BatchChecks", "ConfigurationError", "JobStorage"}
"""A plugin that aws-cdk-lib calls, an exception that anybody may make, and a protocol that nobody makes."""
BEFORE = {"JobQueue.grant_submit": [iam.AccountRootPrincipal()]}
"""What is right and stands before arguments that are as many as one likes."""


class _Mystery:
    """What no annotation asks for."""


VALUES: dict[str, Any] = {
    "None": None,
    "bool": True,
    "int": 7,
    "float": 7.5,
    "nan": math.nan,
    "infinity": -math.inf,
    "int of a token": int(-1.8881545897087626e289),
    "calculated from a token": 2 * -1.8881545897087626e289,
    "decimal": Decimal(7),
    "text": "text",
    "bytes": b"text",
    "path": Path("path"),
    "empty list": [],
    "list of text": ["text"],
    "tuple of text": ("text", "text"),
    "list of int": [7],
    "list of float": [7.5],
    "list of nan": [math.nan],
    "list of bool": [True],
    "list of None": [None],
    "list of lists": [["text"]],
    "list of objects": [_Mystery()],
    "list of sizes": [Size.mebibytes(7)],
    "set": {"text"},
    "generator": (each for each in ("text",)),
    "empty dict": {},
    "dict of text": {"key": "text"},
    "dict of int": {"key": 7},
    "dict of nan": {"key": math.nan},
    "dict of None": {"key": None},
    "dict of lists": {"key": ["text"]},
    "dict by number": {7: "text"},
    "object": _Mystery(),
    "class": _Mystery,
    "function": len,
    "timedelta": timedelta(hours=1),
    "size": Size.mebibytes(7),
    "duration": Duration.seconds(7),
    "enum": Enum("Other", ["MEMBER"]).MEMBER,
    "construct": App(analytics_reporting=False),
}
"""One of each kind, by its name in `rights`."""


def callables() -> Iterator[tuple[str, Called, int]]:
    """Public constructors, methods and functions by name, and how many parameters stand for the receiver."""
    for name in constructs_lib.__all__:
        public = getattr(constructs_lib, name)
        if not inspect.isclass(public):
            yield name, public, 0
            continue
        if name in WITHOUT_ARGUMENTS or issubclass(public, Enum):
            continue
        yield name, public.__init__, 1
        for member_name, member in vars(public).items():
            kind = type(member)
            if member_name.startswith("_") or kind not in {staticmethod, classmethod, type(callables)}:
                continue
            function = member.__func__ if kind in {staticmethod, classmethod} else member
            yield f"{name}.{member_name}", function, 0 if kind is staticmethod else 1


CALLABLES = {name: (function, receiver) for name, function, receiver in callables()}


def annotations(function: Called, receiver: int) -> dict[str, Any]:
    """What a function takes, by name; the options of a TypedDict one by one."""
    hints = get_type_hints(inspect.unwrap(function))
    taken: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[receiver:]:
        hint = hints[parameter.name]
        taken |= get_type_hints(get_args(hint)[0]) if get_origin(hint) is Unpack else {parameter.name: hint}
    return taken


def rights(wanted: Any) -> set[str]:
    """The names of the values that an annotation allows: written down, and not by the code that is tested."""
    origin, inside = get_origin(wanted), get_args(wanted)
    if wanted in (Any, object):
        return set(VALUES)
    if origin in (Union, UnionType):
        return set().union(*map(rights, inside))
    if origin is Callable:
        return {"function", "class"}
    if origin is not None:
        return _rights_of_collections(origin, inside)
    return {name for name, value in VALUES.items() if _is_plainly(wanted, value)}


def _rights_of_collections(origin: Any, inside: tuple[Any, ...]) -> set[str]:
    if origin is Literal:
        assert inside == (False,)
        return set()
    if issubclass(origin, Mapping):
        return {"empty dict"} | (_of_entries("dict of ", inside[1]) if inside[0] is str else set())
    if origin is tuple and inside[-1] is not Ellipsis:
        assert inside in {(str, str), (int, int), (Size, Size), (s3.IBucket, str)}, inside
        return {"tuple of text"} if inside == (str, str) else set()
    assert issubclass(origin, Sequence)
    return {"empty list"} | _of_entries("list of ", inside[0])


def _of_entries(prefix: str, inside: Any) -> set[str]:
    entries = {"text": "text", "int": "int", "float": "float", "bool": "bool", "None": "None", "size": "sizes"}
    right = rights(inside)
    found = {f"{prefix}{name}" for kind, name in entries.items() if kind in right}
    if inside is Any:
        found |= {name for name in VALUES if name.startswith(prefix)}
    if "text" in right and prefix == "list of ":
        found.add("tuple of text")
    return found


def _is_plainly(wanted: Any, value: Any) -> bool:
    if wanted is NoneType:
        return value is None
    if wanted is int:
        return value is VALUES["int"]
    if wanted is float:
        return value is VALUES["int"] or value is VALUES["float"]
    if wanted is IConstruct:
        return isinstance(value, Construct)
    return wanted in type(value).__mro__


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack(App(analytics_reporting=False), "Stack")


def _call(stack: Stack, name: str, parameter: str, value: object) -> None:
    """Call with one argument beside the place, so that whatever is right about the others is not needed."""
    function, receiver = CALLABLES[name]
    parameters = inspect.signature(function).parameters
    place = {"scope": stack, "construct_id": "Id"} if "construct_id" in parameters else {}
    if parameter in parameters and parameters[parameter].kind is inspect.Parameter.VAR_POSITIONAL:
        function(*[None] * receiver, *BEFORE.get(name, ()), value)
    else:
        function(*[None] * receiver, **{**place, parameter: value})


@pytest.mark.parametrize("name", CALLABLES)
def test_a_value_of_a_wrong_type_is_refused_by_name(stack: Stack, name: str) -> None:
    function, receiver = CALLABLES[name]
    taken = annotations(function, receiver)
    accepted = []
    for parameter, wanted in taken.items():
        for kind in VALUES.keys() - rights(wanted):
            try:
                _call(stack, name, parameter, VALUES[kind])
            except ConfigurationError as error:
                placed = "construct_id" in taken and parameter not in {"scope", "construct_id"}
                told = f"{name} 'Stack/Id'" if placed else name
                if error.code != "ARG001" or not error.where.startswith(f"{told} {parameter}"):
                    accepted.append((parameter, kind, str(error)))
            else:
                accepted.append((parameter, kind, "accepted"))
    assert accepted == []
    assert stack.node.children == []


@pytest.mark.parametrize("name", CALLABLES)
def test_a_value_of_a_right_type_is_not_refused_for_its_type(name: str) -> None:
    refused = []
    for parameter, wanted in annotations(*CALLABLES[name]).items():
        for kind in rights(wanted) & VALUES.keys():
            try:
                _call(Stack(), name, parameter, VALUES[kind])
            except ConfigurationError as error:
                refused += [str(error)] if error.code == "ARG001" and f" {parameter}" in error.where else []
            except (AttributeError, TypeError, RuntimeError):
                pass  # nobody is asked, and the other arguments are not given
    assert refused == []


def test_the_table_is_not_empty() -> None:
    arguments = sum(len(annotations(*each)) for each in CALLABLES.values())
    assert len(CALLABLES) > 100
    assert arguments > 600
