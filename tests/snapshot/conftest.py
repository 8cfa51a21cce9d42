"""What older versions of aws-cdk-lib, which are supported, do not render: all else is compared as it is."""

import re
from importlib.metadata import version
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.testing.snapshot import TemplateSnapshotExtension

# Type, property, and the version of aws-cdk-lib that renders it first.
RENDERED_SINCE: Final = {
    # Tags of an app reach its budgets.
    ("AWS::Budgets::Budget", "ResourceTags"): (2, 275),
}
INSTALLED: Final = tuple(int(part) for part in version("aws-cdk-lib").split(".")[:2])
NOT_YET: Final = [what for what, since in RENDERED_SINCE.items() if since > INSTALLED]


class Rendered(TemplateSnapshotExtension):
    """The kept template without what the installed aws-cdk-lib does not render."""

    def read_snapshot_data_from_location(self, **where: Any) -> Any:
        kept = super().read_snapshot_data_from_location(**where)
        if not kept or not NOT_YET:
            return kept
        for kind, name in NOT_YET:
            # A property of a resource is its line, and those below it that are indented further.
            block = re.compile(rf"^\S.* \({re.escape(kind)} .*\n(?:[ ].*\n)*", re.MULTILINE)
            of_property = re.compile(rf"^ {{4}}{re.escape(name)}:.*\n(?: {{5,}}.*\n)*", re.MULTILINE)
            kept = block.sub(lambda match, inside=of_property: inside.sub("", match[0]), kept)
        return kept


@pytest.fixture
def template_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Rendered)
