"""What users test their own apps with: templates that are synthesized once, and snapshots that a reviewer can read.

Needs the extra `testing`. aws-cdk-lib is imported by `synthesize` and `synthesize_app` only.
"""

from constructs_lib.local.states.mocks.answers import MockError, MockResult
from constructs_lib.testing.normalize import normalize
from constructs_lib.testing.snapshot import (
    FullTemplateSnapshotExtension,
    TemplateSnapshot,
    TemplateSnapshotExtension,
    template_text,
)
from constructs_lib.testing.synthesis import read_templates, synthesize, synthesize_app

__all__ = [
    "FullTemplateSnapshotExtension",
    "MockError",
    "MockResult",
    "TemplateSnapshot",
    "TemplateSnapshotExtension",
    "normalize",
    "read_templates",
    "synthesize",
    "synthesize_app",
    "template_text",
]
