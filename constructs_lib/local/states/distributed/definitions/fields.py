"""The fields of a Distributed Map that moto does not know, as templates to be evaluated while it runs."""

from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.asl.eval.environment import Environment

from constructs_lib.local.states.expressions.locations import locate


@dataclass(frozen=True)
class MapFields:
    """Templates by the name of their field, and whether the child executions are EXPRESS."""

    templates: dict[str, Any]
    is_express: bool
    paths: dict[str, str]
    """The paths that stand for numbers, by the names of their fields without ``Path``."""

    @classmethod
    def take_from(cls, state: Any, *, is_express: bool, has_fields: bool, paths: dict[str, str]) -> None:
        """Take the fields out of a Map state's ItemSelector and hand them to what runs its iterations."""
        bindings = state.item_selector.template_value_object.bindings if has_fields else ()
        templates = {binding.identifier: binding for binding in bindings}
        for name, binding in templates.items():
            for member in vars(binding).values():
                locate(member, name)
        state.item_selector = None
        state.item_reader = "ItemReader" in templates or None  # moto only asks whether there is one
        state.iteration_component._fields = cls(templates, is_express, paths)

    @classmethod
    def of(cls, iteration_component: Any) -> "MapFields":
        """Return the fields of what runs a Map state's iterations."""
        fields: MapFields = iteration_component._fields
        return fields

    def value(self, name: str, env: Environment) -> Any:
        """Return a field's value, its expressions evaluated over the Map state's input; None when it is absent."""
        return None if name not in self.templates else evaluate(self.templates[name], env)


def evaluate(template: Any, env: Environment) -> Any:
    """Evaluate a template in a frame of the Map state, whose input is on its stack for JSONPath."""
    frame = env.open_frame()
    try:
        map_input = env.states._states_data["input"]  # noqa: SLF001 `get_input` would copy it
        frame.states._states_data["input"] = map_input  # noqa: SLF001
        frame.states.context_object.context_object_data.update(
            {key: value for key, value in env.states.context_object.context_object_data.items() if key == "Map"}
        )
        frame.stack.append(map_input)
        return template._eval_value(frame)  # noqa: SLF001 moto's own way puts it into an object
    finally:
        env.delete_frame(frame)
