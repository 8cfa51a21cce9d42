"""What docs/snapshot-testing.md shows of a snapshot and of four changes is what pytest and Git show."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App

from constructs_lib.review import review
from constructs_lib.review.writing import text
from tests.docs.pages import ROOT, Page
from tests.docs.reviewed_changes import CHANGES, ScansStack

PAGE = Page(ROOT / "docs" / "snapshot-testing.md")

TEST = """
import os
import pytest
from constructs_lib.testing import read_templates

@pytest.mark.parametrize("change", [{changes}])
def test_scans(change, template_snapshot):
    made = change if "CHANGED" in os.environ else "nothing"
    assert read_templates(f"{{made}}.out")["Scans"] == template_snapshot
"""
GIT = ("git", "-c", "user.name=Reviewer", "-c", "user.email=reviewer@example.org", "-c", "core.pager=")


def run(directory: Path, *command: str, changed: bool = False) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GIT_"))}
    environment |= {"CHANGED": "1"} if changed else {}
    # In CI, pytest shows all lines of a difference.
    environment |= {"CI": "", "BUILD_NUMBER": "", "COLUMNS": "160"}
    process = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    return process.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The snapshot, and by change what pytest and Git show of it."""
    directory = tmp_path_factory.mktemp("reviews")
    for name, options in CHANGES.items():
        stack = ScansStack(App(outdir=str(directory / f"{name}.out"), analytics_reporting=False), **options)
        stack.node.root.synth()
    changes = [name for name in CHANGES if name != "nothing"]
    (directory / "conftest.py").write_text('pytest_plugins = ["constructs_lib.testing.plugin"]\n')
    (directory / "test_scans.py").write_text(TEST.format(changes=", ".join(map(repr, changes))))
    pytest_command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    run(directory, *pytest_command, "--snapshot-update")
    run(directory, *GIT, "init", "--quiet")
    run(directory, *GIT, "add", "__snapshots__")
    run(directory, *GIT, "commit", "--quiet", "--message", "before")
    kept = directory / "__snapshots__" / "test_scans"
    snapshot = (kept / "test_scans[maximum].txt").read_text()
    failed = run(directory, *pytest_command, "-vv", changed=True)
    sections = dict(re.findall(r"^_+ test_scans\[(\w+)\] _+\n(.*?)(?=^_{3}|^-{3})", failed, re.MULTILINE | re.DOTALL))
    run(directory, *pytest_command, "--snapshot-update", changed=True)
    made = {"snapshot": snapshot}
    for change in changes:
        made[f"pytest {change}"] = sections[change]
        made[f"git {change}"] = run(directory, *GIT, "diff", "--", f":(glob)**/*{change}*")
        made[f"review {change}"] = text(review(directory / "nothing.out", directory / f"{change}.out"))
    return made


EXCERPTS = [block.text for block in PAGE.blocks("text")]


def lasting(text: str) -> str:
    """A text without what changes with the library, and not with what the page shows."""
    text = re.sub(r"[0-9a-f]{8} of [0-9]+ states", "(fingerprint)", text)
    text = re.sub(r"of constructs-lib \S+", "of constructs-lib", text)
    text = re.sub(r"^@@ [-+0-9, ]+ @@", "@@", text, flags=re.MULTILINE)
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=[text.strip().split("\n")[0][:40] for text in EXCERPTS])
def test_each_excerpt_of_the_page_is_true(excerpt: str, shown: dict[str, str]) -> None:
    assert any(lasting(excerpt) in lasting(text) for text in shown.values()), "\n\n".join(shown.values())


CHANGED_LINES = {
    "maximum": ["-      MaxvCpus: 64", "+      MaxvCpus: 256"],
    "image": [
        "-      Image: public.ecr.aws/docker/library/busybox:1.37",
        "+      Image: public.ecr.aws/docker/library/busybox:1.38",
    ],
    "right": ["+            - s3:PutObject"],
    "fallback": ["-    fallback_queue: ${Urgent0176A414.JobQueueArn}"],
}
RESOURCES = {
    "maximum": "Scans/Spot (AWS::Batch::ComputeEnvironment SpotCDFFAAD7):",
    "image": "Scans/Job (AWS::Batch::JobDefinition JobB9D00F9F):",
    "right": "Scans/JobContainer/JobRole/DefaultPolicy (AWS::IAM::Policy JobContainerJobRoleD",
    "fallback": "Scans/StateMachine state Items:",
}


@pytest.mark.parametrize("change", CHANGED_LINES)
def test_git_shows_each_changed_line_with_its_resource(change: str, shown: dict[str, str]) -> None:
    difference = shown[f"git {change}"]
    assert set(CHANGED_LINES[change]) <= set(difference.split("\n"))
    hunks = re.split(r"^(?=@@)", difference, flags=re.MULTILINE)[1:]
    assert all(re.search(r"^(?:@@.*@@ | )Scans/", hunk, re.MULTILINE) for hunk in hunks)
    (hunk,) = (hunk for hunk in hunks if CHANGED_LINES[change][0] in hunk)
    assert RESOURCES[change] in hunk


@pytest.mark.parametrize("change", CHANGED_LINES)
def test_pytest_shows_each_changed_line_below_its_resource(change: str, shown: dict[str, str]) -> None:
    lines = [line.removeprefix(f"E{' ' * 9}") for line in shown[f"pytest {change}"].split("\n")]
    for line in CHANGED_LINES[change]:
        at = lines.index(f"{line[0]} {line[1:]}")
        header = next(above for above in reversed(lines[:at]) if re.match(r"[ +-] \S", above))
        assert RESOURCES[change] in header


def test_a_change_of_the_fallback_is_a_few_lines(shown: dict[str, str]) -> None:
    state = shown["git fallback"].partition("Scans/StateMachine state Items:")[2].partition("@@")[0]
    assert len(re.findall(r"^[+-]", state, re.MULTILINE)) == 3


REVIEWS = {
    "maximum": "With all compute environments at their maximum it costs at most",
    "image": "Jobs of Scans/Job change: image public.ecr.aws/docker/library/busybox tag from 1.37 to 1.38.",
    "right": "The role Scans/JobContainer/JobRole may now s3:DeleteObject*, s3:PutObject,",
    "fallback": "Scans/StateMachine, state Items: fallback_queue goes (it was ${Urgent0176A414.JobQueueArn}).",
}


@pytest.mark.parametrize("change", REVIEWS)
def test_a_review_says_in_words_what_the_snapshot_shows(change: str, shown: dict[str, str]) -> None:
    told = shown[f"review {change}"]
    assert REVIEWS[change] in told
    assert [words for other, words in REVIEWS.items() if other != change and words in told] == []
