"""A release: each step that needs no network and no account is done here, with a copy of what it changes."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.release.release import USAGE, check, main, notes, version

ROOT = Path(__file__).parents[2]
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
JOBS: dict[str, Any] = WORKFLOW["jobs"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of what a release changes, with two changes, of which the changelog has been told."""
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "changes").mkdir()
    shutil.copy(ROOT / "changes/README.md", tmp_path / "changes")
    (tmp_path / "changes/+new.added.md").write_text("Something is new.\n")
    (tmp_path / "changes/+mended.fixed.md").write_text("Something is mended.\n")
    command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", version(ROOT)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


@pytest.fixture
def built(distributions: Path) -> Path:
    """What hatchling has built, as the job `build` does."""
    assert any("hatchling build" in step.get("run", "") for step in JOBS["build"]["steps"])
    return distributions


def test_the_changes_become_a_section_of_the_changelog(repository: Path) -> None:
    told = notes(repository)
    assert told.startswith("### Added\n\n- Something is new.\n\n### Fixed\n\n- Something is mended.")
    before, after = (ROOT / "CHANGELOG.md").read_text(), (repository / "CHANGELOG.md").read_text()
    head, heading, unreleased = before.partition("## [Unreleased]\n")
    assert after.startswith(f"{head}{heading}\n## [{version(ROOT)}] - 20")
    assert after.endswith(unreleased.strip("\n") + "\n")
    assert [path.name for path in (repository / "changes").iterdir()] == ["README.md"]


def test_what_fits_together_can_be_published(repository: Path, built: Path) -> None:
    tag = f"v{version(repository)}"
    assert check(repository, tag, built) == []
    assert main(["check", tag, str(built)], repository) == f"{tag} can be published."
    assert main(["notes"], repository) == notes(repository)


def test_a_tag_of_another_version_is_refused(repository: Path, built: Path) -> None:
    [problem] = check(repository, "v9.9.9", built)
    assert problem == f"the tag is v9.9.9, and the version of pyproject.toml {version(ROOT)}"
    with pytest.raises(SystemExit, match=r"the tag is v9\.9\.9"):
        main(["check", "v9.9.9", str(built)], repository)


def test_distributions_of_another_version_are_refused(repository: Path, tmp_path: Path) -> None:
    old = tmp_path / "dist"
    old.mkdir()
    (old / "constructs_lib-0.0.1-py3-none-any.whl").touch()
    [problem] = check(repository, f"v{version(repository)}", old)
    assert "dist has constructs_lib-0.0.1-py3-none-any.whl in place of constructs_lib-" in problem


def test_a_change_that_is_not_told_is_refused(repository: Path, built: Path) -> None:
    (repository / "changes/+late.fixed.md").write_text("Late.\n")
    assert check(repository, f"v{version(repository)}", built) == ["changes/ still has +late.fixed.md: make changelog"]
    shutil.copy(ROOT / "CHANGELOG.md", repository)
    (repository / "changes/+late.fixed.md").unlink()
    if not notes(ROOT):
        [problem] = check(repository, f"v{version(repository)}", built)
        assert problem == f"CHANGELOG.md has no section of {version(ROOT)}: make changelog"


def test_other_words_are_answered_with_the_usage(repository: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["publish"], repository)
    assert ended.value.code == USAGE


def test_each_change_is_of_a_kind_and_says_something() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["towncrier"]
    kinds = {kind["directory"] for kind in told["type"]}
    for path in (ROOT / "changes").glob("*.md"):
        if path.name != "README.md":
            assert path.name.split(".")[1] in kinds, path.name
            assert path.read_text(encoding="utf-8").strip().endswith("."), path.name


def test_the_version_stands_in_one_place() -> None:
    places = [
        path
        for path in [*(ROOT / "constructs_lib").rglob("*.py"), *ROOT.glob("*.py"), *(ROOT / "docs").glob("*.py")]
        if f'"{version(ROOT)}"' in path.read_text(encoding="utf-8")
    ]
    assert places == []


class TestWorkflow:
    def test_it_publishes_a_tag_and_nothing_else(self) -> None:
        assert WORKFLOW[True]["push"] == {"tags": ["v*"]}  # YAML takes `on` for a boolean
        for name in ("provenance", "publish", "announce"):
            assert JOBS[name]["if"] == "github.ref_type == 'tag'"

    def test_what_is_published_was_built_once_and_tested(self) -> None:
        assert JOBS["provenance"]["needs"] == ["build", "test"]
        assert JOBS["publish"]["needs"] == ["provenance"]
        assert JOBS["announce"]["needs"] == ["publish"]
        building = [name for name, job in JOBS.items() if "hatchling build" in str(job["steps"])]
        assert building == ["build"]

    def test_pypi_trusts_the_workflow_there_is_no_secret(self) -> None:
        text = (ROOT / ".github/workflows/release.yml").read_text()
        assert "secrets." not in text
        assert "password" not in text
        [_, publish] = JOBS["publish"]["steps"]
        assert publish["uses"].startswith("pypa/gh-action-pypi-publish@")
        assert publish["with"]["attestations"] is True
        assert JOBS["publish"]["environment"] == "pypi"

    def test_a_job_may_write_no_more_than_it_has_to(self) -> None:
        assert WORKFLOW["permissions"] == {"contents": "read"}
        written = {
            name: {right for right, what in job.get("permissions", {}).items() if what == "write"}
            for name, job in JOBS.items()
        }
        assert written == {
            "build": set(),
            "test": set(),
            "provenance": {"id-token", "attestations"},
            "publish": {"id-token"},
            "announce": {"contents"},
        }

    def test_its_commands_are_there(self) -> None:
        targets = (ROOT / "Makefile").read_text()
        for job in JOBS.values():
            for step in job["steps"]:
                words = step.get("run", "").split()
                if words[:1] == ["make"]:
                    assert f"\n{words[1]}: " in targets
                if words[:2] == ["python", "-m"] and words[2].startswith("tests."):
                    assert (ROOT / f"{words[2].replace('.', '/')}.py").exists()
