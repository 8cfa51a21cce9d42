"""docs/troubleshooting.md is true: each error is provoked, its text is seen, and the page shows what is printed."""

from collections.abc import Iterator

import pytest

from constructs_lib.ops import Cause
from tests.docs.pages import ROOT, Page
from tests.docs.troubles import PAGE, Prompt, Section, prompt, sections, with_recorded

SECTIONS = sections(PAGE.path.read_text())
NO_TROUBLE = {
    *("JUST_SUBMITTED", "STARTING_INSTANCE", "SLOW_START", "CHILDREN_WAIT", "QUEUE_EMPTY", "QUEUE_WORKS"),
    *("ENVIRONMENT_WORKS", "RUNS", "SUCCEEDED", "UNKNOWN"),
    *("WAITS_FOR_JOB", "WAITS_FOR_TIME", "WAITS_FOR_CALLBACK", "WAITS_FOR_TASK"),
}
WITHOUT_A_TEXT = {
    *("FARGATE_SIZE", "PLATFORM", "EC2_QUOTA", "SHARE_USED", "CONSUMABLE_USED", "INSTANCES_DO_NOT_JOIN"),
    *("CANCELLED_BY_WATCH", "REQUEST_REFUSED", "INVALID_ITEMS", "TOO_MANY_ITEMS", "FUNCTION_FAILED", "TASK_FAILED"),
    *("ABORTED", "FAIL_STATE"),
}
"""Causes for which AWS has no text that people would search for, or only that of somebody's program."""


@pytest.fixture(scope="module")
def at_prompt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prompt]:
    with prompt(tmp_path_factory.mktemp("troubles")) as made:
        yield made


@pytest.mark.parametrize("section", SECTIONS, ids=[section.heading for section in SECTIONS])
def test_what_a_section_provokes_is_what_it_shows(section: Section, at_prompt: Prompt) -> None:
    printed = at_prompt.play(section)
    assert printed == section.printed
    words = " ".join(printed.split())
    assert section.texts
    for parts in section.texts:
        assert all(part in words for part in parts), section.heading


def test_recorded_texts_are_on_the_page() -> None:
    page = PAGE.path.read_text()
    assert with_recorded(page) == page


def test_each_cause_that_has_a_text_has_an_anchor_and_docs_why_leads_there() -> None:
    anchors = {anchor for anchor in PAGE.anchors if anchor.isupper()}
    assert anchors == set(Cause) - NO_TROUBLE - WITHOUT_A_TEXT
    links = Page(ROOT / "docs" / "why.md").links
    assert {link.partition("#")[2] for link in links if link.startswith("troubleshooting.md#")} == anchors
