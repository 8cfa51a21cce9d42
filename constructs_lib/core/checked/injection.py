"""Property injection: arguments that somebody gives to all constructs of a class below a scope.

Source: https://docs.aws.amazon.com/cdk/v2/guide/blueprints.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import PropertyInjectors
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.rules import Rule


def injected(called: str, args: Sequence[object], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a construct is made with: what was given, or what the nearest injector of its class makes of it.

    Args:
        called: the name of the class; its injectors have the id ``constructs_lib.NAME``.
        args: of the constructor by position, the construct itself first.
        given: by name.

    Raises:
        ConfigurationError: an injector returns something else than arguments by their names.
    """
    scope, construct_id = (*args[1:3], given.get("scope"), given.get("construct_id"))[:2]
    if not isinstance(scope, Construct):
        return given  # which is refused
    for place in reversed(scope.node.scopes):
        if not PropertyInjectors.has_property_injectors(place):
            continue
        injector = PropertyInjectors.of(place).for_(f"constructs_lib.{called}")
        if injector is None:
            continue
        made = injector.inject(dict(given), scope=scope, id=str(construct_id))
        if not isinstance(made, Mapping):
            raise Rule.INJECTED.error(
                ArgumentPath(called, scope, str(construct_id)),
                got=f"{made!r} from {type(injector).__name__}",
                fix="Return the first argument of inject, with what is to be added: {**given, 'tags': …}.",
            )
        return made
    return given
