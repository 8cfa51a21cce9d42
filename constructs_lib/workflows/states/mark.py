"""The mark of a construct in a definition: its options, and a fingerprint of its states."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache, wraps
from typing import Any, Final, NamedTuple, ParamSpec

from aws_cdk import Duration, Size, Token
from aws_cdk import aws_stepfunctions as sfn
from constructs import IConstruct

from constructs_lib.core.protocol import FAN_OUT, READ_ITEMS, Identity, state_name
from constructs_lib.core.quantities import readable
from constructs_lib.core.stacks import same_deployment
from constructs_lib.core.tokens import resolved
from constructs_lib.marks import REFERENCE, Mark, fingerprint
from constructs_lib.workflows.states.expressions import jsonata

_P = ParamSpec("_P")

OWN_NAME: Final = f"$substringBefore($states.context.State.Name, '{state_name('', READ_ITEMS)}')"
"""JSONata, in the first state of a fan-out, for the fan-out's name with all prefixes of its states."""

_TOKEN: Final = re.compile(r"\$\{Token\[[^\]]*\]\}")

# The attributes by which AWS identifies the constructs that are passed as options.
_IDENTITIES: Final = (
    "job_definition_arn",
    "job_queue_arn",
    "state_machine_arn",
    "bucket_name",
    "function_arn",
    "cluster_arn",
    "task_definition_arn",
    "container_name",
    "security_group_id",
    "subnet_id",
    "topic_arn",
)
# Permissions that follow from the other fields of an `ItemSource`; the policy of the state machine contains them.
_NOT_SHOWN: Final = {"statements"}


class Given(NamedTuple):
    """The class of a construct in this library, and its options that differ from their defaults."""

    kind: str
    options: Mapping[str, Any]


def remembers_options(init: Callable[_P, None]) -> Callable[_P, None]:
    """Let a constructor keep its arguments as ``_given``, for the mark."""
    kind = init.__qualname__.partition(".")[0]
    defaults = {name: parameter.default for name, parameter in inspect.signature(init).parameters.items()}

    @wraps(init)
    def remembering(*args: _P.args, **kwargs: _P.kwargs) -> None:
        construct: Any = args[0]
        changes = {name: value for name, value in kwargs.items() if value is not None and value != defaults.get(name)}
        options = {name: value for name, value in changes.items() if name not in ("scope", "construct_id")}
        construct._given = Given(kind, options)  # noqa: SLF001 - this is its constructor
        init(*args, **kwargs)

    return remembering


def first_state(
    fan_out: sfn.StateMachineFragment,
    given: Given,
    *,
    what: str,
    outputs: Mapping[str, Any],
    follows: sfn.State,
    can_rerun: bool = True,
) -> sfn.Pass:
    """The first state of a fan-out, with the mark and its `Identity`; made when all others have their names.

    Args:
        fan_out: of the state.
        given: the options of the fan-out.
        what: the state does, as a sentence.
        outputs: of the state.
        follows: the state after it.
        can_rerun: whether the input of an execution may limit it to some items. Default: yes.
    """
    outputs = {FAN_OUT: Identity(jsonata(OWN_NAME), can_rerun=can_rerun).to_json(), **outputs}
    states = _json_of(follows) | {READ_ITEMS: {"Output": outputs}}
    comment = _mark(fan_out, given, states).comment(what)
    state = sfn.Pass.jsonata(fan_out, READ_ITEMS, comment=comment, outputs=outputs)
    state.add_prefix(state_name(fan_out.node.id, ""))
    state.next(follows)
    return state


def machine_comment(given: Given, *, what: str, start: sfn.IChainable) -> str:
    """The comment of a state machine that the library makes as a whole, with the mark.

    Args:
        given: the options of the construct that makes it.
        what: the machine does, as a sentence.
        start: of its states.
    """
    return _mark(start.start_state, given, _json_of(start.start_state)).comment(what)


def _json_of(start: sfn.State) -> dict[str, Any]:
    """The reachable states, under numbers, because each read of a name would be a call of jsii."""
    states = sfn.State.find_reachable_states(start, include_error_handlers=True)
    return {str(number): state.to_state_json() for number, state in enumerate(states)}


def _mark(scope: IConstruct, given: Given, states: Mapping[str, Any]) -> Mark:
    options = {name: described(value, scope) for name, value in sorted(given.options.items())}
    return Mark(given.kind, _version(), fingerprint(_without_tokens(states), unnamed=True), options)


@cache
def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - it imports a library for e-mail

    try:
        return version("constructs-lib")
    except PackageNotFoundError:  # copied into a project instead of installed
        return "unknown"


def described(value: Any, scope: IConstruct) -> Any:
    """An option as JSON, with constructs by their ARNs or names, and those of other stacks by their paths.

    Args:
        value: of the option.
        scope: the construct with the option.
    """
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int | float):
        return value if resolved(value) else Token.as_string(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Size | Duration):
        return _measured(value)
    if isinstance(value, Mapping):
        return {str(name): described(item, scope) for name, item in value.items()}
    return [described(item, scope) for item in value] if isinstance(value, Sequence) else _construct(value, scope)


def _measured(value: Size | Duration) -> str:
    if value.is_unresolved():
        return "known when it is deployed"
    return value.to_iso_string() if isinstance(value, Duration) else f"{readable(value.to_bytes() / 2**20)} MiB"


def _construct(value: Any, scope: IConstruct) -> Any:
    """The ARN or name of a construct, or the fields of another object."""
    for name in _IDENTITIES:
        identity = getattr(value, name, None)
        if identity is not None:
            # A reference would be an export of a value that may change, such as the revision of a job.
            elsewhere = Token.is_unresolved(identity) and not same_deployment(scope, value)
            return value.node.path if elsewhere else identity
    fields = getattr(value, "_values", None) or getattr(value, "__dict__", {})
    shown = {name: described(item, scope) for name, item in fields.items() if item and name not in _NOT_SHOWN}
    return {name: item for name, item in shown.items() if not name.startswith("_")}


def _without_tokens(value: Any) -> Any:
    if isinstance(value, str):
        return _TOKEN.sub(REFERENCE, value)
    if isinstance(value, Mapping):
        return {name: _without_tokens(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_tokens(item) for item in value]
    return value
