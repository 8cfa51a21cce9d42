"""What a type of resource has: its properties, which of them replace it, its attributes, its identifier.

The schemas are CloudFormation's own, as cfn-lint ships them; its files are read, but it is not imported, which would
take half a second. Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_REGION: Final = "us-east-1"
_DEEPEST: Final = 12
_ANY_ATTRIBUTES: Final = ("Custom::", "AWS::CloudFormation::CustomResource")
_WITH_OUTPUTS: Final = (
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
)
_CUSTOM: Final = "AWS::CloudFormation::CustomResource"


def schema(resource_type: str, region: str = _REGION) -> "Schema | None":
    """The schema of a type of resource; None if CloudFormation has none of this name.

    Args:
        resource_type: such as ``AWS::SQS::Queue``; a ``Custom::`` type is one of custom resources.
        region: where the types of us-east-1 may not all be.
    """
    name = _CUSTOM if resource_type.startswith("Custom::") else resource_type
    digest = _index(region).get(name) or (_index(_REGION).get(name) if region != _REGION else None)
    return _schema(name, digest) if digest else None


def types(region: str = _REGION) -> frozenset[str]:
    """The names of all types of resources that CloudFormation has in a region; none without cfn-lint."""
    return frozenset(_index(region))


class Schema:
    """What a type of resource has. Paths are as in the schema, without ``/properties``: ``/Tags``, ``/Rules/*/Id``.

    Args:
        content: the schema as JSON.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.type: str = content.get("typeName", "")

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of the properties, by name; read-only ones are among them."""
        found: Mapping[str, Any] = self.content.get("properties", {})
        return found

    @cached_property
    def required(self) -> frozenset[str]:
        """The properties that a template has to give."""
        return frozenset(self.content.get("required", ()))

    @cached_property
    def read_only(self) -> frozenset[str]:
        """The paths that only the resource itself says."""
        return self._paths("readOnlyProperties")

    @cached_property
    def write_only(self) -> frozenset[str]:
        """The paths that are given, and never read back."""
        return self._paths("writeOnlyProperties")

    @cached_property
    def create_only(self) -> frozenset[str]:
        """The paths of which a change replaces the resource."""
        return self._paths("createOnlyProperties")

    @cached_property
    def conditional_create_only(self) -> frozenset[str]:
        """The paths of which a change may replace the resource."""
        return self._paths("conditionalCreateOnlyProperties")

    @cached_property
    def primary_identifier(self) -> tuple[str, ...]:
        """The names of the properties that identify a resource."""
        return tuple(_pointer(text).removeprefix("/") for text in self.content.get("primaryIdentifier", ()))

    @cached_property
    def name_property(self) -> str | None:
        """The name of the property by which a template names the resource; None if it cannot."""
        kind = self.type.rpartition("::")[2]
        own = [name for name in (f"{kind}Name", "Name") if name in self.properties and f"/{name}" in self.create_only]
        return next((name for name in own if f"/{name}" not in self.read_only), None)

    @cached_property
    def tag_property(self) -> str | None:
        """The name of the property that has the tags; None if there is none."""
        tagging = self.content.get("tagging")
        if isinstance(tagging, dict):
            if not tagging.get("taggable", True):
                return None
            named = str(tagging.get("tagProperty", "/properties/Tags")).removeprefix("/properties/")
            return named if named in self.properties else None
        return "Tags" if "Tags" in self.properties else None

    @cached_property
    def tag_kind(self) -> str | None:
        """How tags are written: ``list`` of Key and Value, or ``map``; None if there are none."""
        if self.tag_property is None:
            return None
        kind = self.resolved(self.properties[self.tag_property]).get("type")
        return "list" if kind == "array" or (isinstance(kind, list) and "array" in kind) else "map"

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The names that ``Fn::GetAtt`` takes, as far as they are known beforehand."""
        read_only = {path.removeprefix("/").replace("/", ".") for path in self.read_only if "*" not in path}
        return frozenset(read_only) | {
            path.removeprefix("/").replace("/", ".") for path in self._leaves("", self.content, 0)
        }

    def is_known_attribute(self, name: str) -> bool:
        """Whether ``Fn::GetAtt`` may ask for a name.

        CloudFormation answers what is read-only for all types, and other properties for many; none is refused here.
        """
        if self.type.startswith(_ANY_ATTRIBUTES):
            return True
        if self.type in _WITH_OUTPUTS and name.startswith("Outputs."):
            return True
        return name in self.attributes or any(known.startswith(f"{name}.") for known in self.attributes)

    def resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """A part of the schema, or what it refers to."""
        for _ in range(_DEEPEST):
            reference = part.get("$ref")
            if not isinstance(reference, str):
                break
            found: Any = self.content
            for key in reference.removeprefix("#/").split("/"):
                found = found.get(key, {}) if isinstance(found, dict) else {}
            part = found
        return part

    def _paths(self, member: str) -> frozenset[str]:
        return frozenset(_pointer(text) for text in self.content.get(member, ()))

    def _leaves(self, path: str, part: Mapping[str, Any], depth: int) -> Iterator[str]:
        """The paths of what is no object, outside of lists of objects."""
        for name, below in part.get("properties", {}).items():
            found = self.resolved(below)
            if found.get("properties") and depth < _DEEPEST:
                yield from self._leaves(f"{path}/{name}", found, depth + 1)
            else:
                yield f"{path}/{name}"


@cache
def _directory() -> Path | None:
    package = find_spec("cfnlint")
    places = package.submodule_search_locations if package else None
    directory = Path(places[0]) / "data" / "schemas" if places else None
    return directory if directory and directory.is_dir() else None


@cache
def _index(region: str) -> Mapping[str, str]:
    """The file of each type in a region."""
    directory = _directory()
    if not directory:
        return {}
    path = directory / "providers" / f"{region}.json"
    if not path.is_file():
        return _index(_REGION) if region != _REGION else {}
    index: Mapping[str, str] = json.loads(path.read_bytes())
    return index


@cache
def _schema(resource_type: str, digest: str) -> Schema | None:
    directory = _directory()
    path = directory / "resources" / f"{digest.removesuffix('.json')}.json" if directory else None
    if not path or not path.is_file():
        return None
    return Schema({"typeName": resource_type, **json.loads(path.read_bytes())})


def _pointer(text: str) -> str:
    """A path of the schema, without the word ``properties`` that stands before each name."""
    keys = text.strip("/").split("/")
    return "/" + "/".join(keys[1:] if keys[0] == "properties" else keys)
