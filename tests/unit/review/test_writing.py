"""A review as a comment on a pull request: never longer than one may be."""

from typing import Any

import pytest

from constructs_lib.review.findings import Finding, Section
from constructs_lib.review.report import Review, reviewed
from constructs_lib.review.stacks import Stack
from constructs_lib.review.writing import LONGEST, markdown, text
from tests.unit.review.edits import put, reviewed_edit


def review(sentences: int, pictures: int) -> Review:
    findings = tuple(Finding(f"the state machine `Machine{number}` changes", "Stack") for number in range(sentences))
    drawn = tuple((f"Machine{number}", "flowchart TD\n" + f"    s{number}\n" * 1000) for number in range(pictures))
    return Review((), (Section("Behaviour", findings, drawn), Section("Resources", findings[:1])))


@pytest.mark.parametrize(("sentences", "pictures", "drawn"), [(1, 3, 3), (10, 20, 9), (1000, 10, 3), (5000, 3, 0)])
def test_pictures_are_left_out_before_sentences(sentences: int, pictures: int, drawn: int) -> None:
    found = markdown(review(sentences, pictures), diff=True)
    assert len(found) <= LONGEST
    assert found.count("```mermaid") == drawn
    assert ("not drawn here: a comment takes no more." in found) == (0 < drawn < pictures)
    assert ("more lines: a comment takes no more" in found) == (sentences == 5000)
    assert found.count("<details>") == found.count("</details>")


def test_text_has_everything() -> None:
    assert text(review(5000, 3)).count("the state machine") == 5001


def test_the_difference_of_the_templates_takes_what_is_left(templates: dict[str, dict[str, Any]]) -> None:
    changed = reviewed_edit(templates["ArrayStack"], put("Job", "Timeout.AttemptDurationSeconds", 60))
    assert "+      AttemptDurationSeconds: 60" in markdown(changed, diff=True)
    many = {f"Stack{number}": Stack(f"Stack{number}", templates["ArrayStack"]) for number in range(2)}
    all_new = markdown(reviewed({}, many), diff=True)
    assert len(all_new) <= LONGEST
    assert all_new.endswith("</details>\n")
