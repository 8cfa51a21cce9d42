"""`check_template` in a test: what fails it, what is accepted, and what it takes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Acknowledgment, App, CfnResource, NestedStack, Stack, Stage, Validations

from constructs_lib.checks.errors import CheckError
from constructs_lib.testing import check_template, synthesize

Check = Callable[..., list[Any]]
RETENTION = "CHECK606"
ATTEMPTS = "CHECK204"


def properties(attempts: int) -> dict[str, Any]:
    """Of a job definition; AWS Batch refuses more than 10 attempts."""
    size = [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": "512"}]
    retry = {"Attempts": attempts, "EvaluateOnExit": [{"OnExitCode": "1", "Action": "EXIT"}]}
    container = {"Image": "busybox", "ResourceRequirements": size}
    return {"Type": "container", "RetryStrategy": retry, "ContainerProperties": container}


def job(scope: Any, attempts: int) -> CfnResource:
    return CfnResource(scope, "Job", type="AWS::Batch::JobDefinition", properties=properties(attempts))


def template(attempts: int) -> dict[str, Any]:
    return {"Resources": {"Job": {"Type": "AWS::Batch::JobDefinition", "Properties": properties(attempts)}}}


@pytest.fixture(scope="module")
def app() -> App:
    """A job that is refused, one that is acknowledged, and a note in a nested stack."""
    app = App(analytics_reporting=False)
    job(Stack(app, "Wrong"), 11)
    accepted = job(Stack(app, "Accepted"), 11)
    Validations.of(accepted).acknowledge(Acknowledgment(id=f"BatchChecks::{ATTEMPTS}", reason="On purpose."))
    nested = NestedStack(Stack(Stage(app, "Night"), "Outer"), "Inner")
    CfnResource(nested, "Logs", type="AWS::Logs::LogGroup")
    return app


def test_an_error_fails_with_what_the_command_tells(app: App) -> None:
    with pytest.raises(AssertionError) as raised:
        check_template(app.node.find_child("Wrong"))
    lines = str(raised.value).splitlines()
    assert lines[0] == f"error {ATTEMPTS}: Wrong/Job (AWS::Batch::JobDefinition)"
    assert "/Resources/Job/Properties/RetryStrategy" in lines[1]
    assert lines[-1] == "1 error."


def test_what_the_app_acknowledges_passes(app: App) -> None:
    assert check_template(app.node.find_child("Accepted"), fail_on="note") == []


def test_less_than_an_error_is_returned_and_fails_where_it_is_asked_to(app: App) -> None:
    outer = app.node.find_child("Night").node.find_child("Outer")
    [found] = check_template(outer)
    assert (found.rule.id, found.rule.severity) == (RETENTION, "note")
    with pytest.raises(AssertionError, match=RETENTION):
        check_template(outer, fail_on="note")
    assert check_template(outer.node.find_child("Inner"))[0].rule is found.rule, "a nested stack by itself"


def test_an_app_is_all_of_its_stacks(app: App) -> None:
    with pytest.raises(AssertionError, match="Wrong/Job"):
        check_template(app)
    assert [found.rule.id for found in check_template(app, acknowledged=[ATTEMPTS])] == [RETENTION]


def test_a_template_a_file_and_an_assembly_are_taken_too(app: App, tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template(11), indent=1))
    for source in (template(11), file, str(file), app.synth().directory, synthesize(app.node.find_child("Wrong"))):
        with pytest.raises(AssertionError, match=ATTEMPTS):
            check_template(source)
    assert check_template(template(10)) == []


def test_a_finding_of_a_template_that_is_no_file_knows_its_line() -> None:
    [found] = check_template({"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup"}}})
    assert found.line == 3


@pytest.mark.parametrize("acknowledged", [[ATTEMPTS], ATTEMPTS, {f"BatchChecks::{ATTEMPTS}": "Nobody submits it."}])
def test_a_rule_is_acknowledged_by_its_id_with_or_without_a_reason(acknowledged: Any) -> None:
    assert check_template(template(11), acknowledged=acknowledged) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"acknowledged": ["CHECK999"]}, "there is no rule CHECK999"),
        ({"fail_on": "warn"}, "got 'warn', expected one of error, warning, note"),
    ],
)
def test_a_slip_of_the_pen_is_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_template(template(1), **options)


def test_what_is_no_template_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="it has no Resources"):
        check_template({"Outputs": {}})
    with pytest.raises(CheckError, match="no such file or directory"):
        check_template(tmp_path / "cdk.out")
    with pytest.raises(TypeError, match="cannot check 7"):
        check_template(7)


def test_pytest_has_it_as_a_fixture_and_shows_the_line_of_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        TEMPLATE = {template(11)}

        def test_template(check_template):
            check_template(TEMPLATE)
        """
    )
    done = pytester.runpytest("-p", "no:cacheprovider")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([">       check_template(TEMPLATE)", f"E       AssertionError: error {ATTEMPTS}: Job*"])
    assert "template_checks.py" not in done.stdout.str()
