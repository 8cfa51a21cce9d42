"""Wrong calls in words: where, what was got, what is needed, and the call to write."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.fitting import Misfit, misfit
from constructs_lib.core.checked.signature import Signature
from constructs_lib.core.checked.suggestions import suggestion
from constructs_lib.core.checked.words import got, needed
from constructs_lib.core.tokens import is_number_token
from constructs_lib.errors import ConfigurationError
from constructs_lib.rules import Rule

_SHOWN: Final = 6
"""Entries of a list that are written out."""
_WAYS_OUT: Final = {
    "already a Construct with name": "Choose another construct_id.",
    "in the scope of a Stack": "Pass a stack, or a construct in one, as scope.",
    "may have an empty": "Give construct_id a name.",
}
"""By words of aws-cdk-lib."""


def place_of(called: str, receiver: object, arguments: Mapping[str, object]) -> str:
    """What is called, with the path of the construct that is made or asked, as far as it is known."""
    scope, construct_id = arguments.get("scope"), arguments.get("construct_id")
    if isinstance(scope, Construct) and isinstance(construct_id, str):
        return str(ArgumentPath(called, scope, construct_id))
    if "." in called and isinstance(receiver, Construct):
        method = called.rpartition(".")[2]  # which its class may have from another one
        return f"{type(receiver).__name__} '{receiver.node.path}' {method}"
    return called


def refuse_argument(where: str, signature: Signature, name: str, value: object) -> NoReturn:
    """An argument that is not what its annotation says."""
    wrong = misfit(signature.annotations[name], value)
    default = signature.defaults.get(name)
    written = suggestion(wrong.wanted, wrong.value, name, default)
    steps = "".join(f"[{step!r}]" for step in wrong.path)
    raise Rule.ARGUMENT_TYPE.error(
        f"{where} {name}{steps}",
        got=f"the key {got(wrong.value)}" if wrong.is_key else got(wrong.value),
        expected=f"{needed(wrong.wanted)} is needed",
        fix=_fix(signature, name, value, wrong, written),
    )


def refuse_name(where: str, signature: Signature, name: str) -> NoReturn:
    """A keyword that nothing is called by."""
    lowered = {each.lower().replace("_", ""): each for each in signature.named}
    near = get_close_matches(name.lower().replace("_", ""), lowered, n=1, cutoff=0.6)
    raise Rule.ARGUMENT_NAME.error(
        where,
        got=f"an argument {name}",
        expected="no argument has this name",
        fix=f"Write {lowered[near[0]]}=…." if near else f"It accepts {', '.join(signature.named)}.",
    )


def refuse_missing(where: str, signature: Signature, names: Sequence[str]) -> NoReturn:
    """Arguments without a default that were not given."""
    raise Rule.REQUIRED_ARGUMENT.error(
        where,
        got=f"no {' and no '.join(names)}",
        expected="it cannot be made without",
        fix=f"Pass {'; '.join(f'{name}=…, {needed(signature.annotations[name])}' for name in names)}.",
    )


def refuse_position(where: str, signature: Signature, value: object) -> NoReturn:
    """An argument by position where only names are taken."""
    by_name = [name for name in signature.named if name not in signature.positional]
    raise Rule.ARGUMENT_BY_NAME.error(
        where,
        got=f"{got(value)} by its position",
        expected=f"only {' and '.join(signature.positional)} are"
        if signature.positional
        else "options are passed by name",
        fix=f"Write the name before it, as in {by_name[0]}=…." if by_name else "Leave it out.",
    )


def refuse_twice(where: str, name: str) -> NoReturn:
    """An argument by position, and again by name."""
    raise Rule.ARGUMENT_ONCE.error(
        where, got=f"{name} twice, by its position and by its name", fix="Leave one of them out."
    )


def refused_by_aws_cdk(where: str, error: RuntimeError) -> ConfigurationError:
    """What aws-cdk-lib says of arguments, with the place that it does not know."""
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return Rule.AWS_CDK.error(
        where,
        got="arguments that aws-cdk-lib refuses",
        expected=f"it says: {said.removeprefix('Error: ').rstrip('.')}",
        fix=next((fix for words, fix in _WAYS_OUT.items() if words in said), "Change what it names."),
    )


def _fix(signature: Signature, name: str, value: object, wrong: Misfit, written: str | None) -> str:
    if written is not None:
        return f"Write {name}={_within(value, wrong.path, written, is_key=wrong.is_key)}."
    if isinstance(wrong.value, int) and is_number_token(wrong.value):
        return "Pass the number as it is, without int()."
    if name == "scope":
        return "Pass the stack, or self within a construct."
    if wrong.path and isinstance(wrong.value, list | tuple | dict) and wrong.wanted is str:
        return f"Write {name}={_within(value, wrong.path, 'json.dumps(…)', is_key=False)}."
    if wrong.value is None and name in signature.defaults and not wrong.path:
        return "Leave it out for its default."
    return f"Pass {needed(wrong.wanted)}."


def _within(value: Any, path: Sequence[object], written: str, *, is_key: bool) -> str:
    """The whole argument around the part that was wrong."""
    if is_key and not path:
        return f"{{{written}: …}}"
    if not path:
        return written
    step, *further = path
    inner = _within(value[step], further, written, is_key=is_key)
    if isinstance(value, Mapping):
        return f"{{{step!r}: {inner}{', …' if len(value) > 1 else ''}}}"
    plain = len(value) <= _SHOWN and all(isinstance(each, str | int | float) for each in value)
    if plain:
        return f"[{', '.join(inner if index == step else repr(each) for index, each in enumerate(value))}]"
    return f"[{inner}]" if len(value) == 1 else f"[…, {inner}, …]"
