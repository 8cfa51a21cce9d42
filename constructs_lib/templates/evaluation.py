"""What a template comes to in one deployment: each value, condition, resource and output.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

from constructs_lib.templates.conditions import Conditions, Truth
from constructs_lib.templates.dynamic_references import resolved
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.functions.lists import WRONG_FIND, find_in_map, length, select
from constructs_lib.templates.functions.networks import cidr
from constructs_lib.templates.functions.text import base64_of, join, json_of, split
from constructs_lib.templates.pseudo import NAMES, NO_VALUE, Pseudo
from constructs_lib.templates.substitutions import arguments, pieces
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Source, Unknown, derived, joined

_RESOURCES: Final = "Resources"
_OUTPUTS: Final = "Outputs"
_CONDITIONS: Final = "Conditions"
_FIND_ARGUMENTS: Final = 3
_WRONG_GET_ATT: Final = (
    "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource "
    "attribute"
)
_WRONG_IF: Final = "Template error: Fn::If requires a list argument with the first element being a condition"
_WRONG_IF_LENGTH: Final = "Template error: Fn::If requires a list argument with three elements"
_WRONG_STACK_OUTPUT: Final = "Template error: every Fn::GetStackOutput object requires a StackName and an OutputName"
_WRONG_SUB_VALUE: Final = (
    "Template error: every value of the context object of every Fn::Sub object must be a string or a function that "
    "returns a string"
)
_FUNCTION: Final = re.compile(r"[Ff][Nn]::\w+")
_TRANSFORM: Final = "Fn::Transform"  # a macro is no function, and is run before
_SUPPORTED: Final = (
    "Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, "
    "Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, "
    "Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr"
)
_STACK_OUTPUT: Final = {"StackName", "OutputName", "Region", "RoleArn"}
_TOO_DEEP: Final = "Template format error: nested too deeply"


class Resources(Protocol):
    """What references to resources are."""

    def ref(self, logical_id: str) -> Any:
        """What ``Ref`` of a resource is: its name, its ARN, its URL, as its type has it."""

    def attribute(self, logical_id: str, name: str) -> Any:
        """What ``Fn::GetAtt`` of a resource is.

        Raises:
            TemplateError: its type has no such attribute.
        """


class Outside(Protocol):
    """What a template takes from elsewhere in its account."""

    def exported(self, name: str) -> Any:
        """The value that another stack exports by a name.

        Raises:
            TemplateError: none does.
        """

    def stack_output(self, stack: str, output: str, region: str | Unknown, role: str | None) -> Any:
        """The value of another stack's output, found in its account by a role if one is given.

        Raises:
            TemplateError: there is no such stack or output.
        """

    def zones(self, region: str) -> list[str] | Unknown:
        """The names of a region's availability zones."""

    def dynamic(self, service: str, reference: str) -> str | Unknown:
        """What ``{{resolve:service:reference}}`` is.

        Raises:
            TemplateError: there is no such thing.
        """


class NothingDeployed:
    """Resources and an account of which nothing is known yet."""

    def ref(self, logical_id: str) -> Any:
        """Unknown."""
        return Source(logical_id, frozenset({logical_id})).value

    def attribute(self, logical_id: str, name: str) -> Any:
        """Unknown."""
        return Source(f"{logical_id}.{name}", frozenset({logical_id})).value

    def exported(self, name: str) -> Any:
        """Unknown."""
        return Source(f"Fn::ImportValue({name})").value

    def stack_output(self, stack: str, output: str, region: str | Unknown, role: str | None) -> Any:
        """Unknown."""
        return derived("Fn::GetStackOutput", stack, output, region, role or "")

    def zones(self, region: str) -> list[str] | Unknown:
        """Unknown."""
        return Source(f"Fn::GetAZs({region})").value

    def dynamic(self, service: str, reference: str) -> str | Unknown:
        """Unknown."""
        return Source(f"{{{{resolve:{service}:{reference}}}}}").value


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
        self.parameters = parameters or {}
        self.pseudo = pseudo or Pseudo()
        self.resources: Resources = resources or NothingDeployed()
        self.outside: Outside = outside or NothingDeployed()
        self._entries = _section(template, _RESOURCES)
        self._mappings = _section(template, "Mappings")
        self.conditions = Conditions(_section(template, _CONDITIONS), self._value_in_condition)
        self._block = _RESOURCES
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAZs": self._get_azs,
            "Fn::ImportValue": self._import_value,
            "Fn::GetStackOutput": self._stack_output,
            "Fn::Join": self._over(join),
            "Fn::Split": self._over(split),
            "Fn::Select": self._over(select),
            "Fn::Base64": self._over(base64_of),
            "Fn::Cidr": self._over(cidr),
            "Fn::Length": self._over(length),
            "Fn::ToJsonString": self._over(json_of),
            **{name: self._boolean(name) for name in ("Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or")},
        }

    def with_resources(self, resources: Resources) -> "Evaluator":
        """The same deployment with other resources."""
        return Evaluator(
            self.template,
            parameters=self.parameters,
            pseudo=self.pseudo,
            resources=resources,
            outside=self.outside,
        )

    def value(self, value: Any) -> Any:
        """What a value of the template comes to; None for ``AWS::NoValue``.

        Members and items that are ``AWS::NoValue`` are gone; what is not known is ``Unknown``.

        Raises:
            TemplateError: a function in it is wrong, or refers to what is not there.
        """
        found = self._whole(value)
        return None if found is NO_VALUE else found

    def condition(self, name: str) -> Truth:
        """Whether a condition is true, or unknown.

        Raises:
            TemplateError: there is none of this name, or it is none.
        """
        try:
            return self.conditions.holds(name)
        except TemplateError as error:
            raise error.within(_CONDITIONS) from None
        except RecursionError:
            raise TemplateError(_TOO_DEEP) from None

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

    def outputs(self) -> dict[str, Output]:
        """The outputs whose condition is true, or may be, by their logical ids.

        Raises:
            TemplateError: a function in one is wrong, or refers to what is not there.
        """
        found: dict[str, Output] = {}
        outside, self._block = self._block, _OUTPUTS
        try:
            for key, entry in _section(self.template, _OUTPUTS).items():
                if isinstance(entry, dict) and self.is_active(entry) is not False:
                    found[key] = self._output(key, entry)
        finally:
            self._block = outside
        return found

    def taken(self, name: str) -> Truth:
        """Which branch of ``Fn::If`` over a condition is taken; unknown if the condition cannot be evaluated."""
        try:
            return self.condition(name)
        except TemplateError:
            return Source(name).value

    def _output(self, key: str, entry: Mapping[str, Any]) -> Output:
        try:
            value = resolved(self.value(entry.get("Value")), self.outside.dynamic)
            export = entry.get("Export")
            name = self.value(export.get("Name")) if isinstance(export, dict) else None
            description = self.value(entry.get("Description"))
        except TemplateError as error:
            raise error.within(key).within(_OUTPUTS) from None
        return Output(key, text_of(value) if is_scalar(value) else value, description, name)

    def _whole(self, value: Any) -> Any:
        try:
            return self._evaluated(value)
        except RecursionError:
            raise TemplateError(_TOO_DEEP) from None

    def _value_in_condition(self, value: Any) -> Any:
        outside, self._block = self._block, _CONDITIONS
        try:
            return self._evaluated(value)
        finally:
            self._block = outside

    def _evaluated(self, value: Any) -> Any:
        if isinstance(value, dict):
            if len(value) == 1:
                ((name, argument),) = value.items()
                if function := self._functions.get(name):
                    try:
                        return function(argument)
                    except TemplateError as error:
                        raise error.within(name) from None
                if _FUNCTION.fullmatch(name) and name != _TRANSFORM:
                    message = f"Encountered unsupported function: {name} Supported functions are: [{_SUPPORTED}]"
                    raise TemplateError(f"Template Error: {message}", (name,))
            return self._members(value)
        return self._items(value) if isinstance(value, list) else value

    def _members(self, value: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        key = ""
        try:
            for key, member in value.items():
                if (evaluated := self._evaluated(member)) is not NO_VALUE:
                    found[key] = evaluated
        except TemplateError as error:
            raise error.within(key) from None
        return found

    def _items(self, value: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        index = 0
        try:
            for item in value:
                if (evaluated := self._evaluated(item)) is not NO_VALUE:
                    found.append(evaluated)
                index += 1
        except TemplateError as error:
            raise error.within(index) from None
        return found

    def _over(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda argument: function(self._evaluated(argument))

    def _boolean(self, name: str) -> Callable[[Any], Any]:
        return lambda argument: self.conditions.truth({name: argument})

    def _ref(self, name: Any) -> Any:
        name = self._evaluated(name)
        if not isinstance(name, str):
            raise TemplateError("Template error: every Ref object must have a single String value.")
        return self._named(name)

    def _named(self, name: str) -> Any:
        if name in self.parameters:
            return self.parameters[name]
        if name in NAMES:
            return self.pseudo.value(name)
        self._check_made(name)
        return self.resources.ref(name)

    def _check_made(self, name: str) -> None:
        if self._block == _CONDITIONS:
            raise TemplateError(
                f"Template format error: Unresolved dependencies [{name}]. Cannot reference resources in the "
                "Conditions block of the template",
            )
        if name not in self._entries or self.activity[name] is False:
            raise unresolved([name], self._block, condition=name in self._entries)

    def _get_att(self, argument: Any) -> Any:
        argument = self._evaluated(argument)
        if isinstance(argument, str):
            argument = argument.split(".", 1)
        match argument:
            case [str(name), str(attribute)] if name and attribute:
                return self._attribute(name, attribute)
            case [str(name), Unknown() as attribute]:
                return derived("Fn::GetAtt", name, attribute)
            case _:
                raise TemplateError(_WRONG_GET_ATT)

    def _attribute(self, name: str, attribute: str) -> Any:
        if name not in self._entries and self._block != _CONDITIONS:
            raise TemplateError(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
        self._check_made(name)
        return self.resources.attribute(name, attribute)

    def _sub(self, argument: Any) -> str | Unknown:
        text, variables = arguments(argument)
        own = {name: self._evaluated(value) for name, value in variables.items()}
        if not all(is_scalar(value) or isinstance(value, Unknown) for value in own.values()):
            raise TemplateError(_WRONG_SUB_VALUE)
        return joined(piece if isinstance(piece, str) else self._variable(piece.name, own) for piece in pieces(text))

    def _variable(self, name: str, own: Mapping[str, Any]) -> str | Unknown:
        if name in own:
            value = own[name]
        elif "." in name:
            logical_id, _, attribute = name.partition(".")
            if logical_id not in self._entries:
                raise TemplateError(f"Template error: instance of Fn::Sub references invalid resource attribute {name}")
            value = self._attribute(logical_id, attribute)
        else:
            value = self._named(name)
        if isinstance(value, Unknown):
            return value
        if not is_scalar(value):
            raise TemplateError(f"Template error: variable {name} in Fn::Sub expression does not resolve to a string")
        return text_of(value)

    def _if(self, argument: Any) -> Any:
        match argument:
            case [str(name), held, otherwise]:
                if name not in self.conditions:
                    raise TemplateError(f"Template error: unresolved condition dependency {name} in Fn::If")
                truth = self.conditions.holds(name)
                if not isinstance(truth, Unknown):
                    return self._evaluated(held if truth else otherwise)
                return _either(truth, self._evaluated(held), self._evaluated(otherwise))
            case [str(), *_]:
                raise TemplateError(_WRONG_IF_LENGTH)
            case _:
                raise TemplateError(_WRONG_IF)

    def _find_in_map(self, argument: Any) -> Any:
        argument = self._evaluated(argument)
        if not isinstance(argument, list) or len(argument) < _FIND_ARGUMENTS:
            raise TemplateError(WRONG_FIND)
        match argument[_FIND_ARGUMENTS:]:
            case []:
                return find_in_map(self._mappings, argument)
            case [{"DefaultValue": default}]:
                return find_in_map(self._mappings, argument[:_FIND_ARGUMENTS], default)
            case _:
                raise TemplateError(WRONG_FIND)

    def _get_azs(self, argument: Any) -> Any:
        region = self._evaluated(argument)
        if region in ("", [], {}, NO_VALUE):
            region = self.pseudo.region
        if isinstance(region, Unknown):
            return derived("Fn::GetAZs", region)
        if not isinstance(region, str):
            raise TemplateError("Template error: every Fn::GetAZs object must have a String-typed value.")
        return self.outside.zones(region)

    def _import_value(self, argument: Any) -> Any:
        name = self._evaluated(argument)
        if isinstance(name, Unknown):
            return derived("Fn::ImportValue", name)
        if not is_scalar(name):
            raise TemplateError(
                "Template error: the attribute in Fn::ImportValue must be a string or a function that returns a string"
            )
        return self.outside.exported(text_of(name))

    def _stack_output(self, argument: Any) -> Any:
        argument = self._evaluated(argument)
        if not isinstance(argument, dict) or not {"StackName", "OutputName"} <= argument.keys() <= _STACK_OUTPUT:
            raise TemplateError(_WRONG_STACK_OUTPUT)
        stack, output = argument["StackName"], argument["OutputName"]
        region, role = argument.get("Region", self.pseudo.region), argument.get("RoleArn")
        if not isinstance(stack, str) or not isinstance(output, str) or isinstance(role, Unknown):
            return derived("Fn::GetStackOutput", stack, output, region, role)
        return self.outside.stack_output(stack, output, region, role)


def unresolved(names: Sequence[str], block: str, *, condition: bool = False) -> TemplateError:
    """The error that names which are referred to are no resources of the deployment.

    Args:
        names: what is referred to.
        block: the section that refers to it.
        condition: whether they are in the template, and it is their condition that is false.
    """
    message = f"Unresolved resource dependencies [{', '.join(names)}] in the {block} block of the template"
    return TemplateError(message if condition and block == _OUTPUTS else f"Template format error: {message}")


def _either(truth: Unknown, held: Any, otherwise: Any) -> Any:
    if held == otherwise:
        return held
    return derived("Fn::If", truth, held, otherwise)


def _section(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = template.get(name)
    return section if isinstance(section, dict) else {}
