"""The transform ``AWS::Include``: snippets in S3 that are put into a template, at the top or wherever a value stands.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError, refuses_depth
from constructs_lib.templates.reading import read

NAME: Final = "AWS::Include"
_TRANSFORM: Final = "Fn::Transform"
_FAILED: Final = f"Transform {NAME} failed with"

Fetch = Callable[[str], str]
"""The text at a location such as ``s3://bucket/key``. Raises TemplateError if there is none."""


@refuses_depth
def included(template: Mapping[str, Any], value: Callable[[Any], Any], fetch: Fetch) -> dict[str, Any]:
    """A template with what it includes; its other macros and transforms stay.

    Args:
        template: as it was read.
        value: evaluates locations, which may refer to parameters.
        fetch: gets the text of a snippet.

    Raises:
        TemplateError: a snippet is not there, or is no object in YAML or JSON.
    """
    snippets = _Snippets(value, fetch)
    top = {key: member for key, member in template.items() if key != "Transform"}
    left = []
    named = template.get("Transform", [])
    for transform in named if isinstance(named, list) else [named]:
        if _is_include(transform):
            top = snippets.of(transform) | top
        else:
            left.append(transform)
    found: dict[str, Any] = snippets.put_into(top)
    return {**found, "Transform": left} if left else found


@refuses_depth
def includes(value: Any) -> bool:
    """Whether anything in a value is an include."""
    if isinstance(value, dict):
        if _is_include(value.get(_TRANSFORM)) or any(map(_is_include, _listed(value.get("Transform")))):
            return True
        return any(map(includes, value.values()))
    return isinstance(value, list) and any(map(includes, value))


class _Snippets:
    def __init__(self, value: Callable[[Any], Any], fetch: Fetch) -> None:
        self._value = value
        self._fetch = fetch

    def of(self, transform: Mapping[str, Any]) -> dict[str, Any]:
        """What a transform includes."""
        parameters = transform.get("Parameters")
        location = self._value(parameters.get("Location")) if isinstance(parameters, dict) else None
        if not isinstance(location, str):
            raise TemplateError(f"{_FAILED}: The location parameter must be a string that is known beforehand.")
        try:
            return read(self._fetch(location))
        except TemplateError as error:
            message = error.message.removeprefix(f"{_FAILED}: ")
            raise TemplateError(f"{_FAILED}: {message}") from None

    def put_into(self, part: Any) -> Any:
        """A part of the template with what it includes; its own members count before those of a snippet."""
        if isinstance(part, list):
            return [self.put_into(item) for item in part]
        if not isinstance(part, dict):
            return part
        found: dict[str, Any] = {}
        for key, member in part.items():
            try:
                if key == _TRANSFORM and _is_include(member):
                    found |= {name: item for name, item in self.of(member).items() if name not in part}
                else:
                    found[key] = self.put_into(member)
            except TemplateError as error:
                raise error.within(key) from None
        return found


def _is_include(transform: Any) -> bool:
    return isinstance(transform, dict) and transform.get("Name") == NAME


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
