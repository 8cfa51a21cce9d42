"""The transforms of a template, run in their order: snippets, loops, and the serverless resources of SAM.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-section-structure.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from constructs_lib.templates import include, language_extensions, sam
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator

_UNKNOWN: Final = "No transform named {} found."


def names(template: Mapping[str, Any]) -> list[str]:
    """The transforms that a template names."""
    found = template.get("Transform") or []
    listed = found if isinstance(found, list) else [found]
    return [str(item.get("Name")) if isinstance(item, dict) else str(item) for item in listed]


def is_transformed(template: Mapping[str, Any]) -> bool:
    """Whether a template has transforms that are to be run before it is what it says."""
    return bool(names(template)) or include.includes(template)


def transformed(
    evaluator: Evaluator, managed_policies: Callable[[], Mapping[str, str]], fetch: include.Fetch
) -> dict[str, Any]:
    """A template after its transforms.

    Args:
        evaluator: the template in its deployment.
        managed_policies: gives the ARNs of managed policies by their names, if a transform asks.
        fetch: gets the text of a snippet in S3.

    Raises:
        TemplateError: a transform refuses it, or is a macro, which only an account has.
    """
    template = dict(evaluator.template)
    if include.includes(template):
        template = include.included(template, evaluator.value, fetch)
    for name in names(template):
        if name == language_extensions.NAME:
            template = language_extensions.expanded(template, evaluator.value)
        elif name == sam.NAME:
            region = str(evaluator.pseudo.region)
            template = sam.translated(template, evaluator.parameters, region, managed_policies())
        else:
            raise TemplateError(_UNKNOWN.format(name), ("Transform",))
    template.pop("Transform", None)
    return template
