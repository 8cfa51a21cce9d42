"""What users test their own apps with: templates synthesized once and checked, and snapshots that a reviewer can read.

Needs the extra `testing`, and for an embedded AWS `local`. aws-cdk-lib is imported by `synthesize` and `synthesize_app`
only. The names below are imported when they are first used: pytest finds the plugin by itself, also in projects that
use none of them.
"""

from typing import TYPE_CHECKING, Any

from constructs_lib.extras import import_with

if TYPE_CHECKING:
    from constructs_lib.local.states.mocks.answers import MockError, MockResult
    from constructs_lib.testing.local_aws import DeployedStack, LocalAws
    from constructs_lib.testing.normalization import normalize
    from constructs_lib.testing.snapshot import (
        FullTemplateSnapshotExtension,
        TemplateSnapshot,
        TemplateSnapshotExtension,
        template_text,
    )
    from constructs_lib.testing.synthesis import read_templates, synthesize, synthesize_app
    from constructs_lib.testing.template_checks import check_template

_MODULES = {
    "DeployedStack": "constructs_lib.testing.local_aws",
    "FullTemplateSnapshotExtension": "constructs_lib.testing.snapshot",
    "LocalAws": "constructs_lib.testing.local_aws",
    "MockError": "constructs_lib.local.states.mocks.answers",
    "MockResult": "constructs_lib.local.states.mocks.answers",
    "TemplateSnapshot": "constructs_lib.testing.snapshot",
    "TemplateSnapshotExtension": "constructs_lib.testing.snapshot",
    "check_template": "constructs_lib.testing.template_checks",
    "normalize": "constructs_lib.testing.normalization",
    "read_templates": "constructs_lib.testing.synthesis",
    "synthesize": "constructs_lib.testing.synthesis",
    "synthesize_app": "constructs_lib.testing.synthesis",
    "template_text": "constructs_lib.testing.snapshot",
}

__all__ = [
    "DeployedStack",
    "FullTemplateSnapshotExtension",
    "LocalAws",
    "MockError",
    "MockResult",
    "TemplateSnapshot",
    "TemplateSnapshotExtension",
    "check_template",
    "normalize",
    "read_templates",
    "synthesize",
    "synthesize_app",
    "template_text",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    extras = "local,testing" if "local" in _MODULES[name] else "testing"
    value = globals()[name] = getattr(import_with(extras, _MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
