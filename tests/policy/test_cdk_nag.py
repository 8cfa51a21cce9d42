"""AwsSolutions of cdk-nag, and aws-cdk-lib's own validation, over every stack.

What they find is mended, or accepted on one resource with a reason.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import synthesize_and_judge

STACKS = ["ArrayStack", "DistributedStack", "MapStack", "PriorityQueuesStack", "WeatherStack"]


@pytest.fixture(scope="module")
def reports(app_assembly: Path) -> list[dict[str, Any]]:
    report = json.loads((app_assembly / "validation-report.json").read_text())
    plugins: list[dict[str, Any]] = report["pluginReports"]
    return plugins


def findings(report: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    return [
        (finding["ruleName"], construct["constructPath"])
        for finding in report.get(kind, [])
        for construct in finding["violatingConstructs"]
    ]


def test_no_finding_is_left(reports: list[dict[str, Any]]) -> None:
    assert "AwsSolutions" in [report["pluginName"] for report in reports]
    assert {report["pluginName"]: findings(report, "violations") for report in reports} == {
        report["pluginName"]: [] for report in reports
    }


def test_what_aws_cdk_lib_finds_is_in_the_report(tmp_path: Path) -> None:
    from aws_cdk import App, CfnResource, Stack  # noqa: PLC0415 - as in tests/conftest.py

    def build(app: App) -> None:
        properties = {"VisibilityTimeout": "long"}
        CfnResource(Stack(app, "Wrong"), "Queue", type="AWS::SQS::Queue", properties=properties)

    synthesize_and_judge(tmp_path, build)
    plugins = json.loads((tmp_path / "validation-report.json").read_text())["pluginReports"]
    [found] = [plugin for plugin in plugins if plugin["pluginName"] == "CloudFormation Validate"]
    assert [path for _, path in findings(found, "violations")] == ["Wrong/Queue"]


def test_every_stack_was_looked_at(reports: list[dict[str, Any]]) -> None:
    accepted = [path for report in reports for _, path in findings(report, "suppressedViolations")]
    assert sorted({path.split("/")[0] for path in accepted}) == STACKS


def test_a_finding_is_accepted_on_its_resource_with_a_reason(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        for finding in report.get("suppressedViolations", []):
            where = finding["acknowledgedAt"]
            assert len(finding["violatingConstructs"]) == 1, where
            assert where.split("/")[1:], f"{finding['ruleName']} is accepted for the whole of {where}"
            rest = finding["violatingConstructs"][0]["constructPath"].removeprefix(f"{where}/")
            assert rest in {"Resource", "DefaultPolicy/Resource"}, f"{finding['ruleName']}: {where} holds more than one"
            assert len(finding["reason"].split()) > 4, f"{finding['ruleName']} at {where}: {finding['reason']}"
