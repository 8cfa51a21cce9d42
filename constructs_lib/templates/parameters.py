"""The parameters of a template: what they may be, and what they are in one deployment.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.texts import text_of
from constructs_lib.templates.unknown import Source, Unknown

_SSM: Final = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_LIST: Final = re.compile(r"List<.+>|CommaDelimitedList")
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_PLAIN: Final = ("String", "Number", "CommaDelimitedList", "List<Number>", "List<String>")
_OF_AWS: Final = re.compile(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+|List<AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+>")
_HIDDEN: Final = "****"

Store = Callable[[str], "str | Unknown"]
"""The value of a parameter in Systems Manager, by its name. Raises KeyError if there is none."""


@dataclass(frozen=True)
class Parameter:
    """A parameter as the template declares it.

    Args:
        name: its logical name.
        declaration: its entry in the template.
    """

    name: str
    declaration: Mapping[str, Any]

    @property
    def type(self) -> str:
        """Such as ``String``, ``List<Number>`` or ``AWS::SSM::Parameter::Value<String>``."""
        return str(self.declaration.get("Type", "String"))

    @property
    def stored_type(self) -> str | None:
        """The type of what Systems Manager has, if the value of the parameter is only its name there."""
        found = _SSM.fullmatch(self.type)
        return found and found[1]

    @property
    def is_list(self) -> bool:
        """Whether a reference to it is a list."""
        return bool(_LIST.fullmatch(self.stored_type or self.type))

    @property
    def is_number(self) -> bool:
        """Whether it is a number or a list of such."""
        return self.type in ("Number", "List<Number>")

    @property
    def default(self) -> str | None:
        """What it is if nothing is given, as a text."""
        default = self.declaration.get("Default")
        return None if default is None else text_of(default)

    @property
    def no_echo(self) -> bool:
        """Whether its value is told to nobody."""
        return text_of(self.declaration.get("NoEcho", "false")).lower() == "true"

    @property
    def description(self) -> str | None:
        """What the template says of it."""
        return self.declaration.get("Description")

    @cached_property
    def allowed_values(self) -> list[str]:
        """The values that it may have; none if it may have any."""
        values = self.declaration.get("AllowedValues")
        return [text_of(value) for value in values] if isinstance(values, list) else []

    def shown(self, text: str) -> str:
        """The value as descriptions of the stack show it."""
        return _HIDDEN if self.no_echo else text

    def items(self, text: str) -> list[str]:
        """The items of a list that is written with commas; an empty text has none."""
        return [item.strip() for item in text.split(",")] if text else []

    def check(self, text: str) -> None:
        """Check a value that is given for it.

        Raises:
            TemplateError: it may not have this value.
        """
        items = self.items(text) if self.is_list and not self.stored_type else [text]
        for rule in (self._wrong_kind, self._not_allowed, self._wrong_form):
            if problem := next(filter(None, map(rule, items)), None):
                raise TemplateError(problem, ("Parameters", self.name))

    def value(self, text: str | Unknown) -> Any:
        """What a reference to it is, from the text that was given or found: a text, or a list of such."""
        if not self.is_list:
            return text
        return self.items(text) if isinstance(text, str) else text

    def _wrong_kind(self, item: str) -> str | None:
        if self.is_number and _number(item) is None:
            return f"Parameter '{self.name}' must be a number."
        return None

    def _not_allowed(self, item: str) -> str | None:
        if self.allowed_values and item not in self.allowed_values and not self._equals_a_number(item):
            return self._refused("must be one of AllowedValues")
        return None

    def _equals_a_number(self, item: str) -> bool:
        return self.is_number and _number(item) in map(_number, self.allowed_values)

    def _wrong_form(self, item: str) -> str | None:
        pattern = self.declaration.get("AllowedPattern")
        if isinstance(pattern, str) and not _matches(pattern, item):
            return self._refused(f"must match pattern {pattern}")
        shortest, longest = self._limit("MinLength"), self._limit("MaxLength")
        if shortest is not None and len(item) < shortest:
            return self._refused(f"must contain at least {_plain(shortest)} characters")
        if longest is not None and len(item) > longest:
            return self._refused(f"must contain at most {_plain(longest)} characters")
        least, most, number = self._limit("MinValue"), self._limit("MaxValue"), _number(item)
        if self.is_number and number is not None:
            if least is not None and number < least:
                return self._refused(f"must be a number not less than {_plain(least)}")
            if most is not None and number > most:
                return self._refused(f"must be a number not greater than {_plain(most)}")
        return None

    def _limit(self, name: str) -> float | None:
        limit = self.declaration.get(name)
        return None if limit is None else _number(text_of(limit))

    def _refused(self, rule: str) -> str:
        description = self.declaration.get("ConstraintDescription")
        if description:
            return f"Parameter {self.name} failed to satisfy constraint: {description}"
        return f"Parameter '{self.name}' {rule}"


def declared(template: Mapping[str, Any]) -> dict[str, Parameter]:
    """The parameters that a template declares, in its order."""
    section = template.get("Parameters")
    if not isinstance(section, dict):
        return {}
    return {name: Parameter(name, entry) for name, entry in section.items() if isinstance(entry, dict)}


def is_parameter_type(name: str) -> bool:
    """Whether parameters may be of a type."""
    stored = _SSM.fullmatch(name)
    return (
        name in _PLAIN or bool(_OF_AWS.fullmatch(stored[1] if stored else name)) or bool(stored and stored[1] in _PLAIN)
    )


def texts(
    template: Mapping[str, Any],
    given: Mapping[str, str],
    *,
    use_previous: Collection[str] = (),
    previous: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The text of each parameter: what is given, what it was, or its default; all are checked.

    Args:
        template: the template that declares them.
        given: the values of the call.
        use_previous: the parameters for which the call says ``UsePreviousValue``.
        previous: the texts of the stack before.

    Raises:
        TemplateError: one is missing, unknown or may not have its value.
    """
    known, before = declared(template), previous or {}
    if unknown := [name for name in (*given, *use_previous) if name not in known]:
        raise TemplateError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    found: dict[str, str] = {}
    missing: list[str] = []
    for name, parameter in known.items():
        if name in use_previous:
            if name not in before:
                raise TemplateError(
                    f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter "
                    "key not in the previous template",
                )
            text: str | None = before[name]
        else:
            text = given.get(name, parameter.default)
        if text is None:
            missing.append(name)
        else:
            found[name] = text
    if missing:
        raise TemplateError(f"Parameters: [{', '.join(missing)}] must have values")
    for name, text in found.items():
        known[name].check(text)
    return found


def parameters(
    template: Mapping[str, Any],
    given: Mapping[str, str],
    *,
    use_previous: Collection[str] = (),
    previous: Mapping[str, str] | None = None,
    store: Store | None = None,
) -> dict[str, Any]:
    """What a reference to each parameter is: a text, a list of texts, or unknown.

    Args:
        template: the template that declares them.
        given: the values of the call.
        use_previous: the parameters for which the call says ``UsePreviousValue``.
        previous: the texts of the stack before.
        store: the parameters of Systems Manager; unknown by default.

    Raises:
        TemplateError: one is missing, unknown or may not have its value, or is not in the store.
    """
    known = declared(template)
    values: dict[str, Any] = {}
    absent: list[str] = []
    for name, text in texts(template, given, use_previous=use_previous, previous=previous).items():
        parameter = known[name]
        found: str | Unknown = text
        if parameter.stored_type:
            try:
                found = store(text) if store else Source(name).value
            except KeyError:
                absent.append(text)
        values[name] = parameter.value(found)
    if absent:
        raise TemplateError(f"Unable to fetch parameters [{','.join(absent)}] from parameter store for this account.")
    return values


def unknown_parameters(template: Mapping[str, Any], given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What each parameter is where nobody deploys yet: given, its default, or else unknown."""
    values: dict[str, Any] = {}
    for name, parameter in declared(template).items():
        text = (given or {}).get(name, parameter.default)
        values[name] = Source(name).value if text is None or parameter.stored_type else parameter.value(text)
    return values


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() else str(number)


def _matches(pattern: str, text: str) -> bool:
    """Whether a text is all of a pattern of Java, as far as Python's are the same."""
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True
