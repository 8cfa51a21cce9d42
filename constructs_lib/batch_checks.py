"""The checks of `constructs-lib check` while an app is synthesized, at the place that aws-cdk-lib has for them."""

from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from constructs_lib.checks.checking import PLUGIN, find
from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import read_templates
from constructs_lib.checks.rule import Finding
from constructs_lib.checks.rules import rules

_UNREADABLE = "CHECK000"


@jsii.implements(IPolicyValidationPlugin)
class BatchChecks:
    """Finds what AWS Batch would get stuck on in all templates of an app, whatever constructs made them.

    `Validations.of(app).add_plugins(BatchChecks())` makes `cdk synth` tell the findings of docs/checks.md, and fail if
    one has the severity ``error``. One that is right is acknowledged in the CDK's own way, at the construct or at one
    that it is in: `Validations.of(job).acknowledge(Acknowledgment(id="BatchChecks::CHECK502", reason="..."))`.

    Source: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """

    def __init__(self) -> None:
        self._ids = [rule.id for rule in rules()]

    @property
    def name(self) -> str:
        """What acknowledgements begin with: ``BatchChecks``."""
        return PLUGIN

    @property
    def version(self) -> str:
        """The version of this library."""
        return version_of("constructs-lib")

    @property
    def rule_ids(self) -> list[str]:
        """The ids of all rules."""
        return self._ids

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Check the templates of the app; aws-cdk-lib calls this."""
        try:
            findings = find(read_templates([Path(path) for path in context.template_paths]), acknowledged=True)
        except CheckError as error:
            violation = PolicyViolation(rule_name=_UNREADABLE, description=str(error), violating_resources=[])
            return PolicyValidationPluginReport(success=False, violations=[violation])
        failed = any(finding.rule.severity == "error" for finding in findings)
        return PolicyValidationPluginReport(success=not failed, violations=[_violation(each) for each in findings])


def _violation(finding: Finding) -> Any:
    rule, resource = finding.rule, finding.resource
    place = ".".join(str(key) for key in ("Properties", *finding.path))
    return PolicyViolation(
        rule_name=rule.id,
        description=f"{finding.message}. {rule.otherwise}",
        fix=f"{finding.fix} {rule.source}",
        severity=rule.severity,
        violating_resources=[
            PolicyViolatingResource(
                resource_logical_id=resource.logical_id,
                template_path=str(resource.stack.file.path),
                locations=[place],
            )
        ],
    )
