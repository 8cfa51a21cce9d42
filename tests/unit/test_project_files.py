"""What stands at the top of the repository says what is there: workflows, forms, commands, deprecations."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import constructs_lib

ROOT = Path(__file__).parents[2]
TARGETS = set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)) | {
    name
    for line in re.findall(r"^((?:[a-z-]+ )+[a-z-]+): \$\(READY\)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for name in line.split()
}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=names(WORKFLOWS))
def test_a_workflow_may_write_nothing_ends_and_calls_targets_that_are_there(workflow: Path) -> None:
    found = read(workflow)
    assert "write" not in found["permissions"].values()  # a job that has to may say so
    for job in found["jobs"].values():
        assert "uses" in job or job["timeout-minutes"] <= 60
        for step in job.get("steps", ()):
            for target in re.findall(r"\bmake ([a-z-]+)", step.get("run", "")):
                assert target in TARGETS


@pytest.mark.parametrize("form", FORMS, ids=names(FORMS))
def test_an_issue_form_is_one_that_github_shows(form: Path) -> None:
    found = read(form)
    if form.name == "config.yml":
        assert found.keys() <= {"blank_issues_enabled", "contact_links"}
        return
    assert found["name"]
    assert found["description"]
    ids = [field["id"] for field in found["body"] if field["type"] != "markdown"]
    assert ids
    assert len(ids) == len({*ids})
    for field in found["body"]:
        assert field["type"] in KINDS
        assert field["attributes"].get("label") or field["type"] == "markdown"
        assert field["attributes"].get("options") or field["type"] != "dropdown"


def test_commands_that_contributors_are_told_of_are_there() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / "SECURITY.md").read_text()
    assert {*re.findall(r"`make ([a-z-]+)", told)} <= TARGETS


def test_the_list_of_what_the_library_brings_is_of_a_pinned_tool() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"cyclonedx-bom==\d+\.\d+\.\d+ pip-audit==\d+\.\d+\.\d+", makefile)


def old_names() -> Iterator[str]:
    """Of public names and arguments that still work."""
    yield from constructs_lib._RENAMED
    for path in (ROOT / "constructs_lib").rglob("*.py"):
        text = path.read_text()
        if "@renamed(" not in text and "@superseded(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") in ("renamed", "superseded"):
                    yield ast.literal_eval(decorator.args[0])


def test_the_upgrade_guide_lists_every_old_name() -> None:
    page = (ROOT / "docs" / "upgrading.md").read_text()
    _, _, table = page.partition("## Old names")
    found = [*old_names()]
    assert found
    assert [name for name in found if name not in table] == []
