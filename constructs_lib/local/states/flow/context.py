"""Gap: inside of a Map, moto's tasks do not see ``$states.context.Map``.

Every task runs in an environment of its own, which inherits Execution, StateMachine, State and Task only.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map.
"""

from typing import Any

from moto.stepfunctions.parser.asl.eval.environment import Environment

from constructs_lib.local.patching import Patch

_as_inner_frame_of = Environment.as_inner_frame_of.__func__


def patches() -> list[Patch]:
    """Inherit the iteration, too."""
    return [Patch(Environment, "as_inner_frame_of", classmethod(_inherit_map))]


def _inherit_map(cls: Any, env: Any, variable_store: Any, event_history_frame_cache: Any = None) -> Any:
    frame = _as_inner_frame_of(cls, env, variable_store, event_history_frame_cache)
    outer = env.states.context_object.context_object_data
    if "Map" in outer:
        frame.states.context_object.context_object_data["Map"] = outer["Map"]
    return frame
