"""cfn-lint over every template: no error, no warning."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

# Rule and resource type.
ACCEPTED = {
    # aws-cdk-lib's construct names its role and the policy of that role as dependencies; the policy alone would do.
    ("W3005", "AWS::StepFunctions::StateMachine"),
    # The same for its constructs of functions and of pipelines.
    ("W3005", "AWS::CodePipeline::Pipeline"),
    ("W3005", "AWS::Lambda::Function"),
}


def test_templates_are_clean(app_assembly: Path) -> None:
    assert findings(app_assembly) == []


def findings(assembly: Path) -> list[str]:
    """What cfn-lint finds in the templates of an assembly, but for what is accepted."""
    templates = sorted(map(str, assembly.glob("*.template.json")))
    assert templates
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    linted = subprocess.run(
        [cfn_lint, "--format", "json", "--", *templates], capture_output=True, text=True, check=False
    )
    assert not linted.stderr
    found = [finding for finding in json.loads(linted.stdout) if not is_accepted(finding)]
    return [f"{finding['Filename']}: {finding['Rule']['Id']} {finding['Message']}" for finding in found]


def is_accepted(finding: dict[str, Any]) -> bool:
    path = finding["Location"]["Path"] or [""]
    template = json.loads(Path(finding["Filename"]).read_text())
    kind = template["Resources"][path[1]]["Type"] if path[0] == "Resources" else ""
    return (finding["Rule"]["Id"], kind) in ACCEPTED
