"""What older versions of aws-cdk-lib, which are supported, do not render: all else is compared as it is."""

import json
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
        template = json.loads(kept)
        for resource in template["Resources"].values():
            for kind, name in NOT_YET:
                if resource["Type"] == kind:
                    resource["Properties"].pop(name, None)
        return self.serialize(template)


@pytest.fixture
def template_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Rendered)
