"""Which confinement is taken, and what is said when there is none."""

import logging
from collections.abc import Iterator

import pytest

from constructs_lib.local.confinement import choice
from constructs_lib.local.confinement.choice import by_words, find_confinement

WORKS = by_words("works", ["sh", "-c", "exit 0"])
BROKEN = by_words("broken", ["sh", "-c", "echo 'no namespaces for you' >&2; exit 1"])
ABSENT = by_words("absent", ["/no/such/program"])


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    find_confinement.cache_clear()
    yield
    find_confinement.cache_clear()


@pytest.fixture(autouse=True)
def _on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")


def test_the_first_that_works_is_taken(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(choice, "_on_linux", lambda: [ABSENT, BROKEN, WORKS])
    assert find_confinement() is WORKS
    assert caplog.records == []


@pytest.mark.parametrize(
    ("ways", "reason"),
    [
        ([], "this system has neither bubblewrap nor namespaces"),
        ([BROKEN], "broken: no namespaces for you"),
        ([ABSENT], "absent: [Errno 2] No such file or directory: '/no/such/program'"),
    ],
)
def test_without_one_it_is_said_once_why_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, ways: list[object], reason: str
) -> None:
    monkeypatch.setattr(choice, "_on_linux", lambda: ways)
    with caplog.at_level(logging.WARNING):
        assert [find_confinement(), find_confinement()] == [None, None]
    [record] = caplog.records
    text = record.getMessage()
    assert text.startswith(f"jobs are not confined: {reason}. ")
    assert "apt-get install bubblewrap" in text
    assert "--runner container" in text
    assert "--unconfined" in text
