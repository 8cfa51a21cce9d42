"""Gap: moto reads templates by a YAML loader that calls what a tag names; JSON, too, thirty times as slow.

CloudFormation reads YAML 1.1 with short forms of its functions and without aliases; it knows neither dates nor binary.
Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import json
from typing import Any

import yaml  # type: ignore[import-untyped]
from moto.cloudformation import models, responses
from moto.cloudformation.exceptions import ValidationError

LARGEST_BYTES = 1_000_000
DEEPEST = 500
"""Deeper than any template; the time that it takes to read YAML grows with the square of its depth."""
_TAG = "tag:yaml.org,2002:"
_TOO_DEEP = "Template format error: nested too deeply"
_WITHOUT_PREFIX = ("Ref", "Condition")


def install() -> None:
    """Read every template here."""
    for module in (models, responses):
        module.yaml = _ModuleOfMoto
    models.CloudFormationBackend.validate_template = _validate


def read(template: str) -> dict[str, Any]:
    """The template that a text is.

    Raises:
        ValidationError: it is none, in CloudFormation's words.
    """
    if len(template.encode(errors="replace")) > LARGEST_BYTES:
        raise ValidationError(message=f"Template may not exceed {LARGEST_BYTES} bytes in size.")
    try:
        parsed = _parsed(template)
    except RecursionError:
        raise ValidationError(message=_TOO_DEEP) from None
    if not isinstance(parsed, dict):
        raise ValidationError(message="Template format error: unsupported structure.")
    return parsed


def _validate(_: Any, template: str) -> list[Any]:
    """What is wrong with a template: moto asks cfn-lint, which may not be there, and some of which write files."""
    if not read(template).get("Resources"):
        raise ValidationError(message="Template format error: At least one Resources member must be defined.")
    return []


def _parsed(template: str) -> Any:
    is_json = template.lstrip().startswith("{")
    refused = None
    if is_json:
        try:
            return json.loads(template)
        except ValueError as error:  # YAML, too, may begin with a brace
            refused = f"JSON not well-formed. (line {getattr(error, 'lineno', 1)}, column {getattr(error, 'colno', 1)})"
    try:
        return yaml.load(template, Loader=_Loader)  # noqa: S506 - it is a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ValidationError(message=f"Template format error: {refused or f'YAML not well-formed.{place}'}") from None


class _ModuleOfMoto:
    """What moto uses of the module yaml."""

    Loader = None

    @staticmethod
    def add_multi_constructor(*_: Any) -> None:
        """Leave the loaders of other programs as they are."""

    @staticmethod
    def load(template: str, Loader: None) -> dict[str, Any]:  # noqa: ARG004, N803 - as moto calls it
        """Read a template."""
        return read(template)


class _Loader(yaml.SafeLoader):
    """YAML as CloudFormation has it."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases, of which a few lines can make billions of values."""
        if self.check_event(yaml.AliasEvent):
            raise ValidationError(message="Template error: YAML aliases are not allowed in CloudFormation templates")
        if self.depth == DEEPEST:
            raise ValidationError(message=_TOO_DEEP)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_function(self, name: str, node: yaml.Node) -> dict[str, Any]:
        """The long form of a function's short form."""
        if isinstance(node, yaml.MappingNode):
            value: Any = self.construct_mapping(node, deep=True)
        elif isinstance(node, yaml.SequenceNode):
            value = self.construct_sequence(node, deep=True)
        else:
            value = self.construct_scalar(node)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in _WITHOUT_PREFIX else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _Loader.construct_function)
for _kind in ("binary", "omap", "pairs", "set", "timestamp"):
    _Loader.add_constructor(_TAG + _kind, _Loader.construct_undefined)
# A date is a text: AWSTemplateFormatVersion and the versions of policies are some.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TAG + "timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
