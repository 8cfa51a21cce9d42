"""Keeps a template as one text file in which each line can be read with its resource."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from syrupy.assertion import SnapshotAssertion
from syrupy.data import Snapshot, SnapshotCollection
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.terminal import context_style, received_style, reset, snapshot_style

from constructs_lib.testing.differences import differences
from constructs_lib.testing.layout import construct_paths, laid_out
from constructs_lib.testing.normalization import normalize
from constructs_lib.testing.synthesized import SynthesizedTemplate

if TYPE_CHECKING:
    from syrupy.types import PropertyFilter, PropertyMatcher, SerializedData

_STYLES = {"-": snapshot_style, "+": received_style, " ": context_style}


def template_text(template: Mapping[str, Any], *, full: bool = False) -> str:
    """A template as a snapshot has it: in the form that `normalize` gives it, below the construct paths.

    Args:
        template: what `synthesize` returns. Any other template has construct paths if the CDK command line made it.
        full: show the states of fan-outs, too. Default: as one entry each.
    """
    return laid_out(normalize(template, full=full), _paths(template))


class TemplateSnapshotExtension(JSONSnapshotExtension):
    """A syrupy extension for CloudFormation templates: one reviewable file per test, below `__snapshots__`.

    It takes what `synthesize` returns. The fixture `template_snapshot` is syrupy's `snapshot` with this extension.
    Source: https://syrupy-project.github.io/syrupy/
    """

    file_extension = "txt"
    full = False
    """Whether the states of fan-outs are kept."""

    def serialize(
        self,
        data: Any,
        *,
        exclude: "PropertyFilter | None" = None,
        include: "PropertyFilter | None" = None,
        matcher: "PropertyMatcher | None" = None,
    ) -> "SerializedData":
        """Normalize a template and lay it out.

        Raises:
            TypeError: it is no template.
        """
        if not isinstance(data, Mapping) or "Resources" not in data:
            kind = type(data).__name__
            raise TypeError(f"template_snapshot compares with a template, got {kind}: pass synthesize(stack)")
        normalized = normalize(data, full=self.full)
        # The filters of syrupy are for data: its extension for JSON applies them.
        filtered = super().serialize(normalized, exclude=exclude, include=include, matcher=matcher)
        return laid_out(json.loads(filtered), _paths(data))

    def diff_lines(self, serialized_data: "SerializedData", snapshot_data: "SerializedData") -> Iterator[str]:
        """The changed lines, each below its resource."""
        for mark, text in differences(str(snapshot_data), str(serialized_data)):
            yield reset(_STYLES[mark](f"{mark} {text}".rstrip()))

    def is_snapshot_location(self, *, location: str) -> bool:
        """Files of this extension, and beside each the one that it was as JSON before: nobody uses that any more."""
        own = f".{self.file_extension}"
        path = Path(location)
        return path.suffix == own or (path.suffix == ".json" and path.with_suffix(own).exists())

    def read_snapshot_collection(self, *, snapshot_location: str) -> SnapshotCollection:
        """The one snapshot of a file, by the name of its test: a JSON file may be used by another extension."""
        collection = SnapshotCollection(location=snapshot_location)
        collection.add(Snapshot(name=Path(snapshot_location).stem))
        return collection


class FullTemplateSnapshotExtension(TemplateSnapshotExtension):
    """The same with all states of fan-outs."""

    full = True


class TemplateSnapshot(SnapshotAssertion):
    """The kept template of a test: ``template == template_snapshot``, or ``template_snapshot(full=True)``."""

    @classmethod
    def of(cls, snapshot: SnapshotAssertion) -> Self:
        """The same for templates as what syrupy gives to a test."""
        options = {field.name: getattr(snapshot, field.name) for field in fields(snapshot) if field.init}
        return cls(**options | {"extension_class": TemplateSnapshotExtension})

    def __repr__(self) -> str:
        """Its name: pytest shows the arguments of a test that fails, and the changed lines anyway."""
        return f"<the kept template of {self.test_location.testname}>"

    def __call__(self, *, full: bool = False, **options: Any) -> SnapshotAssertion:
        """Change how the next comparison is made.

        Args:
            full: keep the states of fan-outs, too. Default: as one entry each.
            options: of syrupy.
        """
        extension = {"extension_class": FullTemplateSnapshotExtension} if full else {}
        return super().__call__(**extension | options)


def _paths(template: Mapping[str, Any]) -> Mapping[str, str]:
    return template.paths if isinstance(template, SynthesizedTemplate) else construct_paths(template)
