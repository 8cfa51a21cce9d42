"""What CloudFormation refuses at the call, before it makes anything: of a template, and of one deployment of it.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-validation-error
and recordings of its answers.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.templates import sections
from constructs_lib.templates.conditions import Conditions, Truth
from constructs_lib.templates.errors import TemplateError, pointer, refuses_depth
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.parameters import declared
from constructs_lib.templates.places import Path
from constructs_lib.templates.property_validation import failure
from constructs_lib.templates.pseudo import NAMES
from constructs_lib.templates.references import depends_on, found_in, order
from constructs_lib.templates.rules import check as check_rules
from constructs_lib.templates.schemas import schema, types
from constructs_lib.templates.unknown import Source
from constructs_lib.templates.values import unresolved

_REGION: Final = "us-east-1"
_CUSTOM: Final = "Custom::"
_TRANSFORM: Final = "Fn::Transform"
_REFERENCES: Final = ("Ref", "Fn::GetAtt", "Fn::Sub")
_POLICIES: Final = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")


@refuses_depth
def validate(template: Mapping[str, Any], region: str = _REGION) -> None:
    """Check a template, whatever its parameters will be.

    Of a template with transforms, macros and loops that are yet to be run, only the shape is checked.

    Args:
        template: as it was read.
        region: where types of resources are to exist.

    Raises:
        TemplateError: CloudFormation refuses it, in CloudFormation's words.
    """
    sections.check(template)
    if is_transformed(template):
        return
    _check_references(template)
    _check_types(template, region)
    _check_functions(template)
    order(template)
    _check_attributes(template, region)


@refuses_depth
def check_deployment(evaluator: Evaluator, region: str = _REGION) -> None:
    """Check a template with the parameters that it is deployed with; it is valid by itself.

    Args:
        evaluator: the deployment. Its resources need not be known.
        region: of the schemas of types.

    Raises:
        TemplateError: CloudFormation refuses it at the call: a rule does not hold, something refers to a resource whose
            condition is false, a mapping has no such key, a type does not take a property.
    """
    template = evaluator.template
    check_rules(template.get("Rules"), evaluator.value)
    active = evaluator.active()
    for logical_id in active:
        for other in depends_on(template["Resources"][logical_id]):
            if evaluator.activity.get(other) is False:
                raise unresolved([other], "Resources").within("DependsOn").within(logical_id).within("Resources")
        properties = evaluator.properties(logical_id)
        for name in _POLICIES:
            evaluator.policy(logical_id, name)
        if problem := failure(evaluator.resource_type(logical_id), properties, region):
            raise TemplateError(problem, ("Resources", logical_id, "Properties"))
    evaluator.outputs()
    order(template, active, evaluator.taken)


def is_transformed(template: Mapping[str, Any]) -> bool:
    """Whether a template has transforms, macros or loops that are to be run before it is what it says."""
    return bool(template.get("Transform")) or _has_macro(template)


def _has_macro(value: Any) -> bool:
    if isinstance(value, dict):
        return _TRANSFORM in value or any(map(_has_macro, value.values()))
    return isinstance(value, list) and any(map(_has_macro, value))


def _check_references(template: Mapping[str, Any]) -> None:
    resources = template["Resources"]
    known = {*declared(template), *NAMES}
    for section in ("Resources", "Outputs"):
        missing: dict[str, None] = {}
        for name, entry in template.get(section, {}).items():
            missing |= dict.fromkeys(other for other in sorted(depends_on(entry)) if other not in resources)
            for reference in found_in(entry):
                if reference.name in resources or (reference.attribute is None and reference.name in known):
                    continue
                place = _place_of(reference.name, entry, (section, name)) or (section, name)
                if reference.function == "Fn::GetAtt":
                    message = f"Template error: instance of Fn::GetAtt references undefined resource {reference.name}"
                    raise TemplateError(message, place)
                if reference.attribute is not None:
                    invalid = f"{reference.name}.{reference.attribute}"
                    message = f"Template error: instance of Fn::Sub references invalid resource attribute {invalid}"
                    raise TemplateError(message, place)
                missing[reference.name] = None
        if missing:
            error = unresolved([*missing], section)
            error.path = _place_of(next(iter(missing)), template[section], (section,)) or (section,)
            raise error


def _place_of(name: str, value: Any, path: Path) -> Path | None:
    """The path of what first refers to a name."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        below = (*path, key)
        if key == "DependsOn" and name in depends_on(value):
            return below
        if len(value) == 1 and key in _REFERENCES and any(one.name == name for one in found_in(value)):
            return below
        if found := _place_of(name, member, below):
            return found
    return None


def _check_types(template: Mapping[str, Any], region: str) -> None:
    if not types(region):  # nobody here knows them
        return
    named = dict.fromkeys(entry["Type"] for entry in template["Resources"].values())
    unknown = [name for name in named if not name.startswith(_CUSTOM) and schema(name, region) is None]
    if unknown:
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")


def _check_functions(template: Mapping[str, Any]) -> None:
    """Evaluate everything while nothing is known, both branches of each condition."""
    evaluator = Evaluator(template, parameters={name: Source(name).value for name in declared(template)})
    for name in template.get("Conditions", {}):
        evaluator.condition(name)
    evaluator.conditions = _Undecided(template.get("Conditions", {}), evaluator.value)
    for logical_id, entry in template["Resources"].items():
        evaluator.is_active(entry)
        for name in ("Properties", *_POLICIES):
            evaluator.policy(logical_id, name)
    evaluator.outputs()


class _Undecided(Conditions):
    """Conditions of which each may be true or false."""

    def holds(self, name: str) -> Truth:
        """Unknown.

        Raises:
            TemplateError: there is none of this name.
        """
        return Source(name).value if name in self else super().holds(name)


def _check_attributes(template: Mapping[str, Any], region: str) -> None:
    for section in ("Resources", "Outputs"):
        for name, entry in template.get(section, {}).items():
            for path, logical_id, attribute in _attributes_in(entry, (section, name)):
                resource_type = template["Resources"][logical_id]["Type"]
                found = schema(resource_type, region)
                if attribute and found and not found.is_known_attribute(attribute):
                    message = f"Resource type {resource_type} does not support attribute {{{attribute}}}."
                    raise TemplateError(f"[Error] {pointer(path)}: {message}", path)


def _attributes_in(value: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """The places of functions that ask for an attribute, with the resource and the attribute."""
    if isinstance(value, dict):
        for key, member in value.items():
            if len(value) == 1 and key in ("Fn::GetAtt", "Fn::Sub"):
                for reference in found_in(value):
                    if reference.attribute:
                        yield (*path, key), reference.name, reference.attribute
            else:
                yield from _attributes_in(member, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _attributes_in(item, (*path, index))
