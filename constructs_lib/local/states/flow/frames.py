"""Gap: moto's frames, the environments inside of another, do not see ``$states.context.Map``, and are copied slowly.

Every task runs in an environment of its own, which inherits Execution, StateMachine, State and Task only.

Values are copied with `copy.deepcopy`, several times per state, and a Map's whole input for each item. What a state
machine handles is JSON, which copies many times faster; expressions only read what they are given. How far an execution
has got is an object with names and texts, of which nothing is changed but by setting it anew.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map.
"""

import copy
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.inline_item_processor_worker import (  # noqa: E501
    InlineItemProcessorWorker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service
from moto.stepfunctions.parser.asl.eval import environment, states
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event import event_manager

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import copy_json

_as_inner_frame_of = Environment.as_inner_frame_of.__func__


def patches() -> list[Patch]:
    """Copy JSON; share a Map's input between its iterations; show each task its iteration."""
    copying = SimpleNamespace(deepcopy=copy_json)  # stands for the module `copy`
    return [
        *(Patch(module, "copy", copying) for module in (states, state_task_service, event_manager)),
        Patch(environment, "copy", SimpleNamespace(deepcopy=_copy_of_frame)),
        Patch(InlineItemProcessorWorker, "_eval_input", _select_item),
        Patch(Environment, "as_inner_frame_of", classmethod(_inherit_map)),
    ]


def _copy_of_frame(value: Any) -> Any:
    """Copy what an environment hands to a frame: the data of its state, or the state of its program."""
    return copy_json(value) if isinstance(value, dict) else copy.copy(value)


def _select_item(self: Any, env_frame: Any) -> None:
    selector = self._item_selector or self._parameters
    if selector:
        map_input = self._env.stack[-1]
        env_frame.states._states_data["input"] = map_input  # noqa: SLF001 `reset` would copy it
        env_frame.stack.append(map_input)
        selector.eval(env_frame)
        env_frame.states.reset(input_value=env_frame.stack[-1])


def _inherit_map(cls: Any, env: Any, variable_store: Any, event_history_frame_cache: Any = None) -> Any:
    frame = _as_inner_frame_of(cls, env, variable_store, event_history_frame_cache)
    outer = env.states.context_object.context_object_data
    if "Map" in outer:
        frame.states.context_object.context_object_data["Map"] = outer["Map"]
    return frame
