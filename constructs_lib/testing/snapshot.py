"""Keeps a template as one JSON file, in the form that `normalize` gives it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syrupy.extensions.json import JSONSnapshotExtension

from constructs_lib.testing.normalize import normalize

if TYPE_CHECKING:
    from syrupy.types import PropertyFilter, PropertyMatcher, SerializedData


class TemplateSnapshotExtension(JSONSnapshotExtension):
    """A syrupy extension for CloudFormation templates: one reviewable file per test, below `__snapshots__`.

    It takes what `synthesize` returns. The fixture `template_snapshot` is syrupy's `snapshot` with this extension.
    Source: https://syrupy-project.github.io/syrupy/
    """

    def serialize(
        self,
        data: Any,
        *,
        exclude: "PropertyFilter | None" = None,
        include: "PropertyFilter | None" = None,
        matcher: "PropertyMatcher | None" = None,
    ) -> "SerializedData":
        """Normalize a template and write it as JSON.

        Raises:
            TypeError: it is no template.
        """
        if not isinstance(data, Mapping) or "Resources" not in data:
            kind = type(data).__name__
            raise TypeError(f"template_snapshot compares with a template, got {kind}: pass synthesize(stack)")
        return super().serialize(normalize(data), exclude=exclude, include=include, matcher=matcher)
