"""The end of a run whose disk is full: the outcome is told, what is not written is named, and the exit code is 1."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.files import WholeFile
from constructs_lib.local.runs.ending import FAILED, SUCCEEDED, ReportOptions, tell
from constructs_lib.local.runs.outcome import Outcome

OUTCOME = Outcome("SUCCEEDED", {"total": 1}, None, None, [], {0: "result"})


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text is written to any file."""

    def refuse(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # without a name, as of a write

    monkeypatch.setattr(WholeFile, "publish", refuse)


def test_all_is_written_where_there_is_space(tmp_path: Path) -> None:
    assert tell(OUTCOME, ReportOptions("Jobs", tmp_path, report=tmp_path / "a" / "r.html")) == SUCCEEDED
    assert (tmp_path / "results" / "0.json").read_text() == '"result"\n'
    assert (tmp_path / "a" / "r.html").read_text().startswith("<!doctype html>")


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("as_json", [True, False])
def test_what_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    assert tell(OUTCOME, ReportOptions("Jobs", tmp_path, as_json=as_json, report=tmp_path / "r.html")) == FAILED
    told = capsys.readouterr()
    assert '"status": "SUCCEEDED"' in told.out if as_json else "execution SUCCEEDED" in told.out
    assert "report  " not in told.out + told.err
    assert told.err.splitlines()[-2:] == [
        f"Error: {tmp_path / 'results' / '0.json'} could not be written: No space left on device",
        f"Error: {tmp_path / 'r.html'} could not be written: No space left on device",
    ]
