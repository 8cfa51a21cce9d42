"""In which field an expression stands, which moto does not know; AWS names it in the cause of a failure.

Such as ``Output/total``, ``Arguments/Tags[0]``, ``Choices[1]/Condition`` or ``Catch[0]/Assign/jobId``.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.component import Component
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp

_FIELDS = {
    "assign": "Assign",
    "assign_decl": "Assign",
    "cause": "Cause",
    "comparison": "Condition",
    "credentials": "Credentials/RoleArn",
    "error": "Error",
    "heartbeat": "HeartbeatSeconds",
    "item_reader": "ItemReader/Arguments",
    "item_selector": "ItemSelector",
    "items": "Items",
    "max_concurrency_decl": "MaxConcurrency",
    "output": "Output",
    "parameters": "Arguments",
    "parargs": "Arguments",
    "result_writer": "ResultWriter/Arguments",
    "timeout": "TimeoutSeconds",
    "tolerated_failure_count_decl": "ToleratedFailureCount",
    "tolerated_failure_percentage_decl": "ToleratedFailurePercentage",
}
_LISTS = {"catchers": "Catch", "rules": "Choices"}


def location_of(expression: Any) -> str | None:
    """Return the field of an expression, None when it is not known."""
    location: str | None = vars(expression).get("_location")
    return location


def locate_fields(state: Any) -> None:
    """Tell the expressions of a state where they stand, before it runs for the first time."""
    if "_located" in vars(state):
        return
    state._located = True  # noqa: SLF001 our own attribute on moto's object
    for attribute, field in _FIELDS.items():
        locate(vars(state).get(attribute), field)
    waits = vars(state).get("wait_function")
    locate(waits, "Timestamp" if isinstance(waits, Timestamp) else "Seconds")
    for owner, attribute in (("catch", "catchers"), ("choices_decl", "rules")):
        for position, clause in enumerate(getattr(vars(state).get(owner), attribute, ())):
            for member, field in _FIELDS.items():
                locate(vars(clause).get(member), f"{_LISTS[attribute]}[{position}]/{field}")


def locate(component: Any, field: str) -> None:
    """Tell the expressions in a component that they stand in a field, such as ``ItemReader/Arguments``."""
    if isinstance(component, StringJSONata):
        component._location = field  # noqa: SLF001 our own attribute on moto's object
    if not isinstance(component, Component):
        return
    identifier = vars(component).get("identifier")
    inner = f"{field}/{identifier}" if identifier else field
    for name, member in vars(component).items():
        if isinstance(member, list):
            for position, element in enumerate(member):
                locate(element, f"{inner}[{position}]" if name == "values" else inner)
        else:
            locate(member, inner)
