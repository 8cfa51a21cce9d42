from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.iam.evaluate.patterns import arn_matches, matches

TEXTS = st.text("ab:/$", max_size=8)


@given(st.text("ab*?:/$", max_size=6), TEXTS)
def test_stars_and_question_marks_are_those_of_file_names(pattern: str, text: str) -> None:
    assert matches(pattern, text) == fnmatchcase(text, pattern)


@given(st.text("ab*?$", max_size=8))
def test_an_escaped_text_is_like_itself_alone(text: str) -> None:
    pattern = "".join(f"${{{character}}}" if character in "*?$" else character for character in text)
    assert matches(pattern, text)
    assert not matches(pattern, f"{text}x")


def test_actions_are_compared_in_any_case() -> None:
    assert matches("BATCH:submit*", "batch:SubmitJob", ignore_case=True)
    assert not matches("BATCH:submit*", "batch:SubmitJob")


QUEUE = "arn:aws:batch:us-east-1:123456789012:job-queue/bulk"


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", QUEUE, True),
        ("*", "*", True),
        ("arn:aws:batch:*:*:job-queue/*", QUEUE, True),
        ("arn:*:batch:*:123456789012:job-queue/bul?", QUEUE, True),
        ("arn:aws:batch:us-east-1:123456789012:job-queue/bulk2", QUEUE, False),
        ("arn:aws:batch:us-east-1:123456789012:job-queue/bul", QUEUE, False),
        ("arn:aws:batch:us-west-2:*:*", QUEUE, False),
        ("arn:aws:batch", QUEUE, True),
        ("arn:aws:sqs", QUEUE, False),
        ("arn:aws:b*:job-queue/bulk", QUEUE, False),
        ("arn:aws:batch:us-east-1:123456789012:job-queue/*", "*", False),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3:::bucket/a*", "arn:aws:s3:::bucket/a/b:c", True),
    ],
)
def test_arns_are_compared_field_by_field(pattern: str, arn: str, expected: bool) -> None:
    assert arn_matches(pattern, arn) is expected
