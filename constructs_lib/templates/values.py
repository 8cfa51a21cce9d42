"""What the functions in a value come to, in one deployment and one section of its template.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from constructs_lib.templates.conditions import Conditions, Truth
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.functions.lists import WRONG_FIND, find_in_map, length, select
from constructs_lib.templates.functions.networks import cidr
from constructs_lib.templates.functions.text import base64_of, join, json_of, split
from constructs_lib.templates.pseudo import NAMES, NO_VALUE, Pseudo
from constructs_lib.templates.substitutions import arguments, pieces
from constructs_lib.templates.surroundings import Outside, Resources
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Unknown, derived, joined

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
_LONGEST: Final = 2_000_000
"""Twice what a template may have: a few functions in functions could make texts that no memory holds."""
_LONGEST_PARTS: Final = 10_000
_STACK_OUTPUT: Final = {"StackName", "OutputName", "Region", "RoleArn"}


class Deployment(Protocol):
    """What functions refer to."""

    parameters: Mapping[str, Any]
    pseudo: Pseudo
    resources: Resources
    outside: Outside
    mappings: Mapping[str, Any]
    conditions: Conditions

    @property
    def activity(self) -> Mapping[str, Truth]:
        """Whether each resource of the template is made, by logical id."""


class Values:
    """Evaluates what stands in a section of a template.

    Args:
        deployment: what functions refer to.
        block: the section: ``Resources``, ``Outputs`` or ``Conditions``, where no resource may be referred to.
    """

    def __init__(self, deployment: Deployment, block: str) -> None:
        self._deployment = deployment
        self.block = block
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

    def of(self, value: Any) -> Any:
        """What a value comes to; ``NO_VALUE`` for ``AWS::NoValue``.

        Raises:
            TemplateError: a function in it is wrong, or refers to what is not there.
        """
        if isinstance(value, dict):
            if len(value) == 1:
                ((name, argument),) = value.items()
                if function := self._functions.get(name):
                    try:
                        return _bounded(function(argument))
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
                if (evaluated := self.of(member)) is not NO_VALUE:
                    found[key] = evaluated
        except TemplateError as error:
            raise error.within(key) from None
        return found

    def _items(self, value: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        index = 0
        try:
            for item in value:
                if (evaluated := self.of(item)) is not NO_VALUE:
                    found.append(evaluated)
                index += 1
        except TemplateError as error:
            raise error.within(index) from None
        return found

    def _over(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda argument: function(self.of(argument))

    def _boolean(self, name: str) -> Callable[[Any], Any]:
        return lambda argument: self._deployment.conditions.truth({name: argument})

    def _ref(self, name: Any) -> Any:
        name = self.of(name)
        if not isinstance(name, str):
            raise TemplateError("Template error: every Ref object must have a single String value.")
        return self._named(name)

    def _named(self, name: str) -> Any:
        if name in self._deployment.parameters:
            return self._deployment.parameters[name]
        if name in NAMES:
            return self._deployment.pseudo.value(name)
        self._check_made(name)
        return self._deployment.resources.ref(name)

    def _check_made(self, name: str) -> None:
        if self.block == _CONDITIONS:
            raise TemplateError(
                f"Template format error: Unresolved dependencies [{name}]. Cannot reference resources in the "
                "Conditions block of the template",
            )
        if name not in self._deployment.activity or self._deployment.activity[name] is False:
            raise unresolved([name], self.block, condition=name in self._deployment.activity)

    def _get_att(self, argument: Any) -> Any:
        argument = self.of(argument)
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
        if name not in self._deployment.activity and self.block != _CONDITIONS:
            raise TemplateError(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
        self._check_made(name)
        return self._deployment.resources.attribute(name, attribute)

    def _sub(self, argument: Any) -> str | Unknown:
        text, variables = arguments(argument)
        own = {name: self.of(value) for name, value in variables.items()}
        if not all(is_scalar(value) or isinstance(value, Unknown) for value in own.values()):
            raise TemplateError(_WRONG_SUB_VALUE)
        return joined(piece if isinstance(piece, str) else self._variable(piece.name, own) for piece in pieces(text))

    def _variable(self, name: str, own: Mapping[str, Any]) -> str | Unknown:
        if name in own:
            value = own[name]
        elif "." in name:
            logical_id, _, attribute = name.partition(".")
            if logical_id not in self._deployment.activity:
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
                if name not in self._deployment.conditions:
                    raise TemplateError(f"Template error: unresolved condition dependency {name} in Fn::If")
                truth = self._deployment.conditions.holds(name)
                if not isinstance(truth, Unknown):
                    return self.of(held if truth else otherwise)
                return _either(truth, self.of(held), self.of(otherwise))
            case [str(), *_]:
                raise TemplateError(_WRONG_IF_LENGTH)
            case _:
                raise TemplateError(_WRONG_IF)

    def _find_in_map(self, argument: Any) -> Any:
        if not isinstance(argument, list):
            argument = self.of(argument)
        match argument:
            case [_, _, _]:
                return find_in_map(self._deployment.mappings, [self.of(key) for key in argument])
            case [*keys, {"DefaultValue": default}] if len(keys) == _FIND_ARGUMENTS:
                return find_in_map(self._deployment.mappings, [self.of(key) for key in keys], self.of(default))
            case _:
                raise TemplateError(WRONG_FIND)

    def _get_azs(self, argument: Any) -> Any:
        region = self.of(argument)
        if region in ("", [], {}, NO_VALUE):
            region = self._deployment.pseudo.region
        if isinstance(region, Unknown):
            return derived("Fn::GetAZs", region)
        if not isinstance(region, str):
            raise TemplateError("Template error: every Fn::GetAZs object must have a String-typed value.")
        return self._deployment.outside.zones(region)

    def _import_value(self, argument: Any) -> Any:
        name = self.of(argument)
        if isinstance(name, Unknown):
            return derived("Fn::ImportValue", name)
        if not is_scalar(name):
            raise TemplateError(
                "Template error: the attribute in Fn::ImportValue must be a string or a function that returns a string"
            )
        return self._deployment.outside.exported(text_of(name))

    def _stack_output(self, argument: Any) -> Any:
        argument = self.of(argument)
        if not isinstance(argument, dict) or not {"StackName", "OutputName"} <= argument.keys() <= _STACK_OUTPUT:
            raise TemplateError(_WRONG_STACK_OUTPUT)
        stack, output = argument["StackName"], argument["OutputName"]
        region, role = argument.get("Region", self._deployment.pseudo.region), argument.get("RoleArn")
        if not isinstance(stack, str) or not isinstance(output, str) or isinstance(role, Unknown):
            return derived("Fn::GetStackOutput", stack, output, region, role)
        return self._deployment.outside.stack_output(stack, output, region, role)


def unresolved(names: Sequence[str], block: str, *, condition: bool = False) -> TemplateError:
    """The error that names which are referred to are no resources of the deployment.

    Args:
        names: what is referred to.
        block: the section that refers to it.
        condition: whether they are in the template, and it is their condition that is false.
    """
    message = f"Unresolved resource dependencies [{', '.join(names)}] in the {block} block of the template"
    return TemplateError(message if condition and block == _OUTPUTS else f"Template format error: {message}")


def _bounded(value: Any) -> Any:
    parts = value.parts if isinstance(value, Unknown) else (value,)
    if sum(len(part) for part in parts if isinstance(part, str)) > _LONGEST or len(parts) > _LONGEST_PARTS:
        raise TemplateError(f"Template error: a function makes a text of more than {_LONGEST} characters")
    return value


def _either(truth: Unknown, held: Any, otherwise: Any) -> Any:
    if held == otherwise:
        return held
    return derived("Fn::If", truth, held, otherwise)
