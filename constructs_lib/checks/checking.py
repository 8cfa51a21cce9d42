"""All rules over some templates."""

from typing import Final

from constructs_lib.checks.model.files import TemplateFile
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Finding
from constructs_lib.checks.rules import rules

PLUGIN: Final = "BatchChecks"
"""What acknowledgements of the CDK begin with: ``BatchChecks::CHECK101``."""
SEVERITIES: Final = ("error", "warning", "note")
"""The worst first."""


def find(files: list[TemplateFile], *, acknowledged: bool = False) -> list[Finding]:
    """Find what is wrong in some templates, the worst first.

    Args:
        files: the templates, which may refer to each other.
        acknowledged: whether to tell what the app accepts, too. Default: it is left out.

    Raises:
        CheckError: one cannot be evaluated.
    """
    pipelines = Pipelines(files)
    found = [finding for rule in rules() for finding in rule.findings(pipelines)]
    told = found if acknowledged else [finding for finding in found if not _accepted(finding)]
    return sorted(told, key=lambda finding: SEVERITIES.index(finding.rule.severity))


def _accepted(finding: Finding) -> bool:
    resource = finding.resource
    return resource.stack.file.accepts(resource.logical_id, f"{PLUGIN}::{finding.rule.id}")
