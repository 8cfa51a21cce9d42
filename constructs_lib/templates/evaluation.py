"""What a template comes to in one deployment: each value, condition, resource and output."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.templates.conditions import Conditions, Truth
from constructs_lib.templates.dynamic_references import resolved
from constructs_lib.templates.errors import TemplateError, refuses_depth
from constructs_lib.templates.pseudo import NO_VALUE, Pseudo
from constructs_lib.templates.surroundings import NothingDeployed, Outside, Resources
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Source, Unknown
from constructs_lib.templates.values import Values

__all__ = ["Evaluator", "NothingDeployed", "Output", "Outside", "Resources"]

_RESOURCES: Final = "Resources"
_OUTPUTS: Final = "Outputs"
_CONDITIONS: Final = "Conditions"


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a stack.

    Args:
        key: its logical id.
        value: a text, or unknown.
        description: what the template says of it.
        export_name: the name by which other stacks in the account and region may import it.
    """

    key: str
    value: Any
    description: str | None = None
    export_name: str | Unknown | None = None


class Evaluator:
    """A template in one deployment.

    Args:
        template: as it was read, macros and transforms expanded.
        parameters: what a reference to each parameter is.
        pseudo: the stack and its account; all unknown by default.
        resources: what references to resources are; all unknown by default.
        outside: what is taken from elsewhere; all unknown by default.
    """

    def __init__(
        self,
        template: Mapping[str, Any],
        *,
        parameters: Mapping[str, Any] | None = None,
        pseudo: Pseudo | None = None,
        resources: Resources | None = None,
        outside: Outside | None = None,
    ) -> None:
        self.template = template
        self.parameters: Mapping[str, Any] = parameters or {}
        self.pseudo = pseudo or Pseudo()
        self.resources: Resources = resources or NothingDeployed()
        self.outside: Outside = outside or NothingDeployed()
        self._entries = _section(template, _RESOURCES)
        self.mappings: Mapping[str, Any] = _section(template, "Mappings")
        self.conditions = Conditions(_section(template, _CONDITIONS), Values(self, _CONDITIONS).of)
        self._values = {block: Values(self, block) for block in (_RESOURCES, _OUTPUTS)}

    def with_resources(self, resources: Resources) -> "Evaluator":
        """The same deployment with other resources."""
        return Evaluator(
            self.template,
            parameters=self.parameters,
            pseudo=self.pseudo,
            resources=resources,
            outside=self.outside,
        )

    @refuses_depth
    def value(self, value: Any, block: str = _RESOURCES) -> Any:
        """What a value of the template comes to; None for ``AWS::NoValue``.

        Members and items that are ``AWS::NoValue`` are gone; what is not known is ``Unknown``.

        Args:
            value: any value of the template.
            block: the section that it stands in, ``Resources`` or ``Outputs``, as errors name it.

        Raises:
            TemplateError: a function in it is wrong, or refers to what is not there.
        """
        found = self._values[block].of(value)
        return None if found is NO_VALUE else found

    @refuses_depth
    def condition(self, name: str) -> Truth:
        """Whether a condition is true, or unknown.

        Raises:
            TemplateError: there is none of this name, or it is none.
        """
        try:
            return self.conditions.holds(name)
        except TemplateError as error:
            raise error.within(_CONDITIONS) from None

    def is_active(self, entry: Any) -> Truth:
        """Whether a resource or an output is made, by the condition of its own.

        Raises:
            TemplateError: there is no such condition.
        """
        name = entry.get("Condition") if isinstance(entry, dict) else None
        return self.condition(name) if isinstance(name, str) else True

    @cached_property
    def activity(self) -> dict[str, Truth]:
        """Whether each resource is made, by logical id."""
        return {logical_id: self.is_active(entry) for logical_id, entry in self._entries.items()}

    def active(self) -> list[str]:
        """The logical ids of the resources that are made, or may be, in the template's order."""
        return [logical_id for logical_id, active in self.activity.items() if active is not False]

    def resource_type(self, logical_id: str) -> str:
        """The type of a resource."""
        return str(self._entries[logical_id].get("Type", ""))

    @refuses_depth
    def properties(self, logical_id: str) -> dict[str, Any]:
        """The properties of a resource, its dynamic references resolved.

        Raises:
            TemplateError: a function in them is wrong, or refers to what is not there.
        """
        entry = self._entries[logical_id]
        try:
            found = self.value(entry.get("Properties") or {})
            found = resolved(found, self.outside.dynamic)
        except TemplateError as error:
            raise error.within("Properties").within(logical_id).within(_RESOURCES) from None
        return found if isinstance(found, dict) else {}

    def policy(self, logical_id: str, name: str) -> Any:
        """What a resource has as ``DeletionPolicy``, ``UpdateReplacePolicy``, ``UpdatePolicy`` and so on, or None.

        Raises:
            TemplateError: a function in it is wrong, or refers to what is not there.
        """
        try:
            return self.value(self._entries[logical_id].get(name))
        except TemplateError as error:
            raise error.within(name).within(logical_id).within(_RESOURCES) from None

    @refuses_depth
    def outputs(self) -> dict[str, Output]:
        """The outputs whose condition is true, or may be, by their logical ids.

        Raises:
            TemplateError: a function in one is wrong, or refers to what is not there.
        """
        return {
            key: self._output(key, entry)
            for key, entry in _section(self.template, _OUTPUTS).items()
            if isinstance(entry, dict) and self.is_active(entry) is not False
        }

    def taken(self, name: str) -> Truth:
        """Which branch of ``Fn::If`` over a condition is taken; unknown if the condition cannot be evaluated."""
        try:
            return self.condition(name)
        except TemplateError:
            return Source(name).value

    def _output(self, key: str, entry: Mapping[str, Any]) -> Output:
        try:
            value = resolved(self.value(entry.get("Value"), _OUTPUTS), self.outside.dynamic)
            export = entry.get("Export")
            name = self.value(export.get("Name"), _OUTPUTS) if isinstance(export, dict) else None
            description = self.value(entry.get("Description"), _OUTPUTS)
        except TemplateError as error:
            raise error.within(key).within(_OUTPUTS) from None
        return Output(key, text_of(value) if is_scalar(value) else value, description, name)


def _section(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = template.get(name)
    return section if isinstance(section, dict) else {}
