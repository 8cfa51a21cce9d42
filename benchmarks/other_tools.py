"""What other tools find in the failing examples of the rules of ``check``: `make others` writes docs/other-tools.md.

A tool finds a rule if it tells something at the failing example that it does not tell at the passing one: the two
differ in one value. checkov has an environment of its own, which is made when it is not there.
"""

import json
import subprocess
import sys
import venv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measure import ROOT
from constructs_lib.checks.rules import rules
from constructs_lib.templates.reading import read

PAGE = ROOT / "docs" / "other-tools.md"
TOOLS = ("aws-cdk-lib", "cfn-lint", "cdk-nag", "checkov")
CHECKOV = ROOT / "build" / "checkov"
CHECKOV_VERSION = "3.3.30"
KINDS = ("wrong", "right")
_PORTS = "tells that the ports of the example are in the wrong order, not that the right one is closed"
OTHER_CAUSES = {
    ("CHECK302", "cdk-nag"): "tells that the route leads anywhere, not that no instance gets an address",
    ("CHECK311", "aws-cdk-lib"): _PORTS,
    ("CHECK312", "aws-cdk-lib"): _PORTS,
    ("CHECK404", "cfn-lint"): "tells that a dependency is named twice, not that the policy may go first",
    ("CHECK620", "checkov"): "tells that s3:GetObject is allowed for everything, not that Amazon ECS is missing",
}
"""What a tool tells at a failing example for another reason than the rule, as somebody who read it found."""
_HEAD = """\
# The checks and other tools

<!-- Written by `make others`, which runs the tools. -->

This page shows which of the [rules](checks.md#the-rules) other tools find as well. Measured on {day} with {told}: aws-cdk-lib with its plugin that validates templates, cfn-lint with its informational rules, cdk-nag with all of its packs.

Each tool read the failing and the passing example of each rule, which differ in one value. It finds the rule if it tells something at the failing example that it does not tell at the passing one; the table has the ids of what it tells. An empty place means that it tells the same of both.
"""  # noqa: E501 - a paragraph of the page is one line
_NO_VALUE = {"Ref": "AWS::NoValue"}
Told = Mapping[str, set[tuple[str, str]]]
"""By the name of an example, such as ``CHECK101-wrong``: ids of a tool's rules, each with where it is told."""


def examples(folder: Path) -> list[Path]:
    """Write the failing and the passing example of each rule, as JSON in which what has no value is not there."""
    files = []
    for rule in rules():
        for kind in KINDS:
            path = folder / f"{rule.id}-{kind}.json"
            template = read(rule.example.with_value(getattr(rule.example, kind)))
            path.write_text(json.dumps(_with_values(template), indent=1), encoding="utf-8")
            files.append(path)
    return files


def _with_values(value: Any) -> Any:
    """The same without ``AWS::NoValue``, which checkov and cdk-nag take for a value."""
    if isinstance(value, dict):
        return {key: _with_values(item) for key, item in value.items() if item != _NO_VALUE}
    if isinstance(value, list):
        return [_with_values(item) for item in value if item != _NO_VALUE]
    return value


def cdk_tools(files: Iterable[Path], folder: Path) -> dict[str, Told]:
    """What aws-cdk-lib and all packs of cdk-nag tell when the templates are included in stacks of an app."""
    from aws_cdk import App, CloudFormationValidatePlugin, Stack, Validations  # noqa: PLC0415 - takes a second
    from aws_cdk.cloudformation_include import CfnInclude  # noqa: PLC0415 - as above
    from cdk_nag import (  # noqa: PLC0415 - as above
        AwsSolutionsChecks,
        HIPAASecurityChecks,
        NIST80053R5Checks,
        PCIDSS321Checks,
        ServerlessChecks,
    )

    packs = (AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks)
    app = App(analytics_reporting=False, outdir=str(folder / "cdk.out"))
    Validations.of(app).add_plugins(CloudFormationValidatePlugin(), *(pack(app) for pack in packs))
    told: dict[str, dict[str, set[tuple[str, str]]]] = {"aws-cdk-lib": {}, "cdk-nag": {}}
    for path in files:
        try:
            CfnInclude(Stack(app, path.stem), "Included", template_file=str(path))
        except (RuntimeError, TypeError) as error:
            told["aws-cdk-lib"].setdefault(path.stem, set()).add((type(error).__name__, "CfnInclude"))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
    report = json.loads((folder / "cdk.out" / "validation-report.json").read_text(encoding="utf-8"))
    for plugin in report["pluginReports"]:
        tool = "aws-cdk-lib" if plugin["pluginName"] == "CloudFormation Validate" else "cdk-nag"
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                name, _, place = construct["constructPath"].partition("/")
                told[tool].setdefault(name, set()).add((violation["ruleName"], place))
    return dict(told)


def cfn_lint(files: Iterable[Path]) -> Told:
    """What cfn-lint tells, with its informational rules."""
    command = [Path(sys.executable).with_name("cfn-lint"), "--format", "json", "--include-checks", "I", "--", *files]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    told: dict[str, set[tuple[str, str]]] = {}
    for finding in found:
        place = "/".join(map(str, finding["Location"]["Path"][:2]))
        told.setdefault(Path(finding["Filename"]).stem, set()).add((finding["Rule"]["Id"], place))
    return told


def checkov(folder: Path) -> Told:
    """What checkov tells."""
    program = CHECKOV / "bin" / "checkov"
    if not program.exists():
        venv.create(CHECKOV, with_pip=True)
        subprocess.run([CHECKOV / "bin" / "pip", "install", "--quiet", f"checkov=={CHECKOV_VERSION}"], check=True)
    options = ["--framework", "cloudformation", "secrets", "--output", "json", "--compact", "--skip-download"]
    done = subprocess.run([program, "--directory", folder, *options], capture_output=True, text=True, check=False)
    reports = json.loads(done.stdout)
    told: dict[str, set[tuple[str, str]]] = {}
    for report in reports if isinstance(reports, list) else [reports]:
        for finding in report["results"]["failed_checks"]:
            told.setdefault(Path(finding["file_path"]).stem, set()).add((finding["check_id"], finding["resource"]))
    return told


def found(told: Told, rule: str, tool: str) -> list[str]:
    """The ids of what a tool tells at the failing example of a rule and not at the passing one."""
    if (rule, tool) in OTHER_CAUSES:
        return []
    wrong, right = (told.get(f"{rule}-{kind}", set()) for kind in KINDS)
    names = {name for name, _ in wrong - right}
    # The packs of cdk-nag share rules: AwsSolutions-IAM5, HIPAA.Security-CloudWatchLogGroupRetentionPeriod.
    return sorted({name.partition("-")[2] for name in names} if tool == "cdk-nag" else names)


def measured() -> dict[str, dict[str, list[str]]]:
    """By rule and tool: the ids of what the tool tells."""
    with TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "examples").mkdir()
        files = examples(folder / "examples")
        told = {**cdk_tools(files, folder), "cfn-lint": cfn_lint(files), "checkov": checkov(folder / "examples")}
    return {rule.id: {tool: found(told[tool], rule.id, tool) for tool in TOOLS} for rule in rules()}


def page(table: Mapping[str, Mapping[str, list[str]]]) -> str:
    """The page with the table."""
    versions = {tool: CHECKOV_VERSION if tool == "checkov" else version(tool) for tool in TOOLS}
    told = ", ".join(f"{tool} {versions[tool]}" for tool in TOOLS)
    nobody = sum(not any(table[rule.id].values()) for rule in rules())
    counts = ", ".join(f"{tool} {sum(bool(table[rule.id][tool]) for rule in rules())}" for tool in TOOLS)
    lines = [
        _HEAD.format(day=datetime.now(UTC).strftime("%Y-%m-%d"), told=told),
        f"Of {len(table)} rules, {nobody} are found by none of them. The others: {counts}.",
        "",
        f"| rule | severity | what holds | {' | '.join(TOOLS)} |",
        f"|---|---|---|{'---|' * len(TOOLS)}",
    ]
    lines += [
        f"| [{rule.id}](checks.md#{rule.id.lower()}) | {rule.severity} | {rule.title} | "
        + " | ".join(", ".join(table[rule.id][tool]) for tool in TOOLS)
        + " |"
        for rule in rules()
    ]
    lines += ["", "Read and not counted:", ""]
    lines += [f"- {rule}: {tool} {reason}." for (rule, tool), reason in OTHER_CAUSES.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(measured()), encoding="utf-8")
