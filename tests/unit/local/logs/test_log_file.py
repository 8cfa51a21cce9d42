"""A file is read as events, whole and in parts, however it was written and looked at."""

from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.logs import lines, log_file
from constructs_lib.local.logs.log_file import LogFile

ALL = 1 << 40
# The edges of long lines are as near as those of blocks here: a block must hold no line that is too long for an event.
SMALL = {"MOST": 30, "_BLOCK": 8}

# Pieces of an output, each with whether the file is looked at behind it.
OUTPUTS = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from([b"\n", b"\n\n", b"line\n", b"x" * 29, b"y" * 61, "ä🙂".encode() * 9, b"\xff\xfe" * 20]),
            st.binary(max_size=20),
            st.text(max_size=40).map(str.encode),
        ),
        st.booleans(),
    ),
    max_size=12,
)


def pieces(line: bytes) -> list[bytes]:
    """What the events of a line are, by the rule for its first one."""
    found = []
    while line:
        length = lines.first_piece(line[: lines.WINDOW])
        found.append(line[:length])
        line = line[length:]
    return found


@given(OUTPUTS, st.integers(0, 40), st.integers(0, 40))
def test_what_is_read_are_the_lines_whenever_the_file_was_looked_at(
    tmp_path_factory: pytest.TempPathFactory, output: list[tuple[bytes, bool]], first: int, last: int
) -> None:
    path = tmp_path_factory.mktemp("log") / "log"
    with (
        mock.patch.object(lines, "MOST", SMALL["MOST"]),
        mock.patch.object(lines, "WINDOW", SMALL["MOST"] + 4),
        mock.patch.object(log_file, "WINDOW", SMALL["MOST"] + 4),
        mock.patch.object(log_file, "_BLOCK", SMALL["_BLOCK"]),
    ):
        file = LogFile(path)
        with path.open("ab") as writing:
            for now, (piece, is_seen) in enumerate(output):
                writing.write(piece)
                writing.flush()
                if is_seen:
                    file.grow(now, ALL)
        file.grow(len(output), ALL, ended=True)
        whole = [piece for line in path.read_bytes().split(b"\n") for piece in pieces(line)]
        expected = [piece.decode(errors="replace") for piece in whole]
        events = list(file.read(0, ALL))
        assert [event.message for event in events] == expected
        assert len(file) == len(expected)
        assert [event.position for event in events] == list(range(len(expected)))
        assert all(len(event.message.encode()) <= SMALL["MOST"] for event in events)
        assert list(file.read(first, last)) == events[first:last]
        times = [event.timestamp for event in events]
        assert times == sorted(times)
        assert file.times == ((times[0], times[-1]) if times else None)
        assert [file.time(position) for position in range(len(events))] == times
        assert file.position(first) == sum(time < first for time in times)
        assert file.floor(last, 20) <= max(min(last, len(events)) - 1, 0)


@pytest.mark.parametrize("last", [1, 2, 5_000, 10_000, 20_000])
def test_the_last_bytes_before_an_event_are_found_without_all_others(tmp_path: Path, last: int) -> None:
    path = tmp_path / "log"
    file = LogFile(path)
    path.write_bytes(b"ten bytes\n" * 10_000)
    file.grow(1, ALL)
    before = min(last, 10_000) - 1 - file.floor(last, 50_000)
    assert min(5_000, min(last, 10_000) - 1) <= before <= 5_000 + 2 * (1 << 16) / 10


def test_a_line_that_is_not_ended_is_no_event_until_nothing_more_comes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    file = LogFile(path)
    path.write_bytes(b"one\ntw")
    file.grow(1, ALL)
    assert [event.message for event in file.read(0, 9)] == ["one"]
    file.grow(2, ALL, ended=True)
    assert [(event.timestamp, event.message) for event in file.read(0, 9)] == [(1, "one"), (2, "tw")]


def test_a_clock_that_is_put_back_does_not_change_the_order(tmp_path: Path) -> None:
    path = tmp_path / "log"
    file = LogFile(path)
    for now in (20, 10):
        with path.open("a") as writing:
            writing.write("line\n")
        file.grow(now, ALL)
    assert [event.timestamp for event in file.read(0, 9)] == [20, 20]


def test_no_more_is_read_at_once_than_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "log"
    file = LogFile(path)
    path.write_bytes(b"a line of twenty-one\n" * 10_000)
    assert file.grow(1, 70_000)
    assert 0 < len(file) < 10_000
    while file.grow(2, 70_000):
        pass
    assert len(file) == 10_000


@pytest.mark.parametrize("is_there", [False, True])
def test_a_file_that_is_gone_or_was_emptied_has_no_events_any_more(tmp_path: Path, *, is_there: bool) -> None:
    path = tmp_path / "log"
    file = LogFile(path)
    path.write_bytes(b"one\ntwo\n")
    file.grow(1, ALL)
    path.unlink()
    if is_there:
        path.touch()
    assert not file.grow(2, ALL)
    assert list(file.read(0, 9)) == []
