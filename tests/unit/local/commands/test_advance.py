"""What ``constructs-lib local advance`` takes for a duration."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from constructs_lib.local.cli import local
from constructs_lib.local.commands import advance as command


class Instance:
    """What is told to let time pass."""

    def __init__(self) -> None:
        self.passed: list[timedelta] = []

    def advance(self, time: timedelta) -> str:
        self.passed.append(time)
        return "2026-03-31T12:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("30d", timedelta(days=30)),
        ("1d12h", timedelta(hours=36)),
        ("90s", timedelta(seconds=90)),
        ("2h5m", timedelta(minutes=125)),
        ("0s", timedelta(0)),
    ],
)
def test_a_duration(text: str, duration: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance()
    monkeypatch.setattr(command, "find", lambda _: instance)
    result = CliRunner().invoke(local, ["advance", text])
    assert (result.exit_code, result.output) == (0, "2026-03-31T12:00:00+00:00\n")
    assert instance.passed == [duration]


@pytest.mark.parametrize("text", ["", "1", "d", "1h1d", "-1d", "1w", "1.5h", "99999999999d"])
def test_what_is_no_duration(text: str) -> None:
    result = CliRunner().invoke(local, ["advance", "--", text])
    assert result.exit_code == 2
    assert "such as 30d, 1d12h or 90s" in result.output or "no calendar has" in result.output
