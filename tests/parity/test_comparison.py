"""The normal form and the comparison, without any AWS."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parity.comparison import NOTHING, Difference, Expected, compare, compare_with_recording, flat
from tests.parity.normal_form import NormalForm
from tests.parity.recordings import Recording, RecordingError, documented
from tests.parity.stacks import NotReachedError, OverBudgetError, Patience

ROOT = Path(__file__).parents[2]
PAGES = ("https://docs.aws.amazon.com/", "https://repost.aws/knowledge-center/")
UUID = "3f0b2c1d-1111-2222-3333-0123456789ab"
DIGITS = st.text("0123456789abcdef-", min_size=8, max_size=40)
TEXTS = st.text() | st.builds("arn:aws:batch:eu-west-{}:{}:job/{}".format, st.integers(1, 3), DIGITS, DIGITS)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


def form(account: str = "111122223333", region: str = "eu-west-1", **names: str) -> NormalForm:
    return NormalForm(account, region, names)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("arn:aws:batch:eu-west-1:111122223333:job/" + UUID, "arn:<partition>:batch:<region>:<account>:job/<id>"),
        ("arn:aws-cn:ecs:eu-west-1:444455556666:task/" + "0" * 32, "arn:<partition>:ecs:<region>:<account>:task/<id>"),
        ("at 2026-11-30T13:00:00.123Z", "at <time>"),
        ("at 2026-11-30T13:00:00+00:00, 1798022400000", "at <time>, <time>"),
        ("subnet-0123456789abcdef0 in vpc-01234567", "subnet-<id> in vpc-<id>"),
        ("exit code 137 after 3600 s in eu-west-1a", "exit code 137 after 3600 s in eu-west-1a"),
    ],
)
def test_what_differs_between_runs_is_left_out(text: str, normal: str) -> None:
    assert form().text(text) == normal


def test_a_name_that_begins_with_another_one_stays_apart() -> None:
    names = {"parity-1": "run", "parity-1-2": "Queue"}
    assert NormalForm("1" * 12, "eu-west-1", names).text("parity-1-2 of parity-1") == "<Queue> of <run>"


@given(VALUES)
def test_the_normal_form_of_a_normal_form_is_itself(value: object) -> None:
    once = form().of(value)
    assert form().of(once) == once


@given(
    st.lists(st.sampled_from(["arn:aws:batch:{region}:{account}:job-queue/{queue}", "{id} at {time}", "exit {code}"])),
    st.integers(0, 255),
)
def test_two_runs_that_saw_the_same_are_the_same(templates: list[str], code: int) -> None:
    one = {
        "account": "111122223333",
        "region": "eu-west-1",
        "queue": "parity-a-1",
        "id": UUID,
        "time": "2026-01-01T00:00:00Z",
    }
    other = {
        "account": "999988887777",
        "region": "us-east-2",
        "queue": "parity-b-1",
        "id": UUID[::-1].translate(str.maketrans("-", "0"))[:32],
        "time": "2027-02-02T01:02:03.004Z",
    }
    seen = [
        NormalForm(run["account"], run["region"], {run["queue"]: "Queue"}).of(
            [template.format(**run, code=code) for template in templates]
        )
        for run in (one, other)
    ]
    assert seen[0] == seen[1]


def test_nested_values_have_paths_and_lists_are_values() -> None:
    assert flat({"run": {"jobs": ["A"], "output": {}, "deep": {"x": None}}}) == {
        "run.jobs": ["A"],
        "run.output": {},
        "run.deep.x": None,
    }


def test_a_difference_says_what_was_expected_got_and_by_which_page() -> None:
    expected = {
        "run.status": Expected("SUCCEEDED", "https://example.com"),
        "run.code": Expected(0, "https://example.com"),
    }
    [status, code] = compare(expected, {"run.status": "FAILED", "run.more": 1})
    assert str(status) == ('run.status\n  expected: "SUCCEEDED"\n  got:      "FAILED"\n  source:   https://example.com')
    assert (code.expected, code.got) == (0, NOTHING)
    assert "got:      (nothing)" in str(code)


def test_null_is_a_value_that_can_be_seen() -> None:
    assert compare({"a": Expected(None, "page")}, {"a": None}) == []
    assert compare({"a": Expected(None, "page")}, {}) == [Difference("a", None, NOTHING, "page")]


def test_a_recording_is_compared_both_ways() -> None:
    found = compare_with_recording({"same": 1, "gone": 2, "other": 3}, {"same": 1, "other": 4, "new": 5}, "file")
    assert [(each.what, each.expected, each.got) for each in found] == [
        ("gone", 2, NOTHING),
        ("other", 3, 4),
        ("new", NOTHING, 5),
    ]


def test_every_documented_value_names_its_source() -> None:
    for path, expected in documented().items():
        assert expected.source.startswith((*PAGES, "docs/")), path
        assert expected.source.startswith("https") or (ROOT / expected.source).is_file(), path


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "no JSON"), ("[]", "expected an object with format 1"), ('{"format": 1, "seen": {}}', "missing")],
)
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "recording.json"
    file.write_text(content)
    with pytest.raises(RecordingError, match=message):
        Recording.read(file)


def test_waiting_ends_with_what_was_waited_for_and_with_the_budget() -> None:
    with pytest.raises(NotReachedError, match="not within 0 s: a job"):
        Patience(0, 0, 60, tick=lambda _: None).until("a job", lambda: False)
    with pytest.raises(OverBudgetError, match=r"the budget is used up .* while waiting for a job"):
        Patience(0, 60, 0, tick=lambda _: None).until("a job", lambda: False)
