"""Templates of apps: built once, nested stacks and stages included."""

from pathlib import Path

import pytest
from aws_cdk import App, CfnResource, NestedStack, Stack, Stage

from constructs_lib.local.apps.assembly import AssemblyError
from constructs_lib.testing import normalize, read_templates, synthesize, synthesize_app


def stack_with(scope: App | Stage, name: str, type_: str) -> Stack:
    stack = Stack(scope, name)
    CfnResource(stack, "Thing", type=type_)
    return stack


@pytest.fixture(scope="module")
def app() -> App:
    app = App(analytics_reporting=False)
    plain = stack_with(app, "Plain", "Test::One")
    nested = NestedStack(plain, "Inner")
    CfnResource(nested, "Thing", type="Test::Two")
    stack_with(Stage(app, "Production"), "Plain", "Test::Three")
    return app


def types(template: dict) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


def test_a_stack(app: App) -> None:
    assert types(synthesize(app.node.find_child("Plain"))) == {"Test::One", "AWS::CloudFormation::Stack"}


def test_a_nested_stack(app: App) -> None:
    nested = app.node.find_child("Plain").node.find_child("Inner")
    assert types(synthesize(nested)) == {"Test::Two"}


def test_a_stack_in_a_stage(app: App) -> None:
    assert types(synthesize(app.node.find_child("Production").node.find_child("Plain"))) == {"Test::Three"}


def test_a_whole_app(app: App) -> None:
    templates = synthesize_app(app)
    inner = next(name for name in templates if name.startswith("PlainInner"))
    assert {name: types(template) for name, template in templates.items()} == {
        "Plain": {"Test::One", "AWS::CloudFormation::Stack"},
        inner: {"Test::Two"},
        "Production/Plain": {"Test::Three"},
    }


def test_the_hash_of_a_nested_template_is_masked(app: App) -> None:
    plain = normalize(synthesize(app.node.find_child("Plain")))
    (nested,) = (item for item in plain["Resources"].values() if item["Type"] == "AWS::CloudFormation::Stack")
    assert nested["Properties"]["TemplateURL"]["Fn::Join"][1][-1].endswith("/<asset hash>.json")


def test_an_app_is_built_once(app: App) -> None:
    directory = Path(app.synth().directory)
    before = {path: path.stat().st_mtime_ns for path in directory.rglob("*.json")}
    synthesize(app.node.find_child("Plain"))
    synthesize_app(app)
    assert {path: path.stat().st_mtime_ns for path in directory.rglob("*.json")} == before


def test_a_directory_that_is_no_assembly(tmp_path: Path) -> None:
    with pytest.raises(AssemblyError, match=r"no manifest\.json"):
        read_templates(tmp_path)
