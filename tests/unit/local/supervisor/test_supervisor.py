"""Programs end with whoever has started them, however that ends, and with them all that they have started."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from constructs_lib.local.supervisor import LostError, Program, Supervisor, end_all
from constructs_lib.local.supervisor.journal import end_leftovers, end_marked, write_journal
from constructs_lib.local.supervisor.program import MARK, mark_of, start_of
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell what became of an orphan")

ORPHAN = "setsid sh -c 'echo $$ >> pids; exec sleep 300' & while [ ! -s pids ]; do sleep 0.01; done"
"""A program that leaves a process behind, in a session of its own."""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor() as made:
        yield made


@pytest.fixture
def start(supervisor: Supervisor, tmp_path: Path) -> Callable[..., Program]:
    """Start a script of the shell; what it prints is in the file `output`."""

    def start_(script: str, **variables: str) -> Program:
        with (tmp_path / "output").open("ab") as output:
            environment = {"PATH": os.environ["PATH"], **variables}
            return supervisor.start(["sh", "-c", script], directory=tmp_path, environment=environment, output=output)

    return start_


def pids(directory: Path) -> list[int]:
    path = directory / "pids"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", -9), ("kill -15 $$", -15)])
def test_a_program_ends_with_its_exit_code(start: Callable[..., Program], script: str, code: int) -> None:
    assert start(script).wait() == code


def test_its_environment_directory_and_output_are_those_that_were_given(
    start: Callable[..., Program], tmp_path: Path
) -> None:
    long = "ü" * 60_000
    assert start('pwd; echo "$LONG"; echo wrong >&2; env | cut -d= -f1 | sort | tr "\\n" " "', LONG=long).wait() == 0
    assert (tmp_path / "output").read_text().splitlines() == [
        str(tmp_path),
        long,
        "wrong",
        f"{MARK} LONG PATH PWD ",
    ]


def test_it_reads_what_it_is_given(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "input").write_text("given")
    with (tmp_path / "input").open("rb") as given, (tmp_path / "output").open("wb") as output:
        started = supervisor.start(
            ["cat"], directory=tmp_path, environment=dict(os.environ), stdin=given, output=output
        )
        assert started.wait() == 0
    assert (tmp_path / "output").read_text() == "given"


def test_what_cannot_be_started_says_why(supervisor: Supervisor, tmp_path: Path) -> None:
    def start(*argv: str, directory: Path = tmp_path) -> None:
        with (tmp_path / "output").open("wb") as output:
            supervisor.start(argv, directory=directory, environment={"PATH": os.defpath}, output=output)

    with pytest.raises(FileNotFoundError, match="no-such-program"):
        start("no-such-program")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        start("true", directory=tmp_path / "nowhere")
    with pytest.raises(PermissionError):
        start(str(tmp_path))
    with pytest.raises(ValueError, match="null byte"):
        start("true", "\0")
    start("true")


@pytest.mark.parametrize("held", ["exit 1", "sleep 0.1; exit 1"])
def test_a_launcher_that_cannot_be_held_ready_is_started_each_time(
    supervisor: Supervisor, tmp_path: Path, held: str
) -> None:
    script = tmp_path / "launcher"
    script.write_text(f'#!/bin/sh\nif [ "$1" = --serve ]; then {held}; fi\necho started >> launched\nexec "$@"\n')
    script.chmod(0o755)
    environment = {"PATH": os.environ["PATH"]}
    with (tmp_path / "output").open("wb") as output:
        for code in (3, 4):
            argv = [str(script), "sh", "-c", f"exit {code}"]
            started = supervisor.start(argv, directory=tmp_path, environment=environment, output=output, launcher=1)
            assert started.wait() == code
    assert (tmp_path / "launched").read_text().split() == ["started"] * 2


def test_a_wait_has_an_end(start: Callable[..., Program]) -> None:
    started = start("sleep 300")
    assert not started.has_ended()
    with pytest.raises(TimeoutError):
        started.wait(0.05)
    started.signal(signal.SIGTERM)
    assert started.wait() == -signal.SIGTERM
    assert started.has_ended()
    started.signal(signal.SIGTERM)  # nobody is hit


def test_a_process_that_leaves_the_session_ends_with_its_program(start: Callable[..., Program], tmp_path: Path) -> None:
    assert start(ORPHAN).wait() == 0
    [orphan] = pids(tmp_path)
    assert not is_there(orphan)


def test_so_does_one_with_another_environment_and_a_family_of_its_own(
    start: Callable[..., Program], tmp_path: Path
) -> None:
    script = "setsid env -i sh -c 'sleep 300 & echo $! >> pids; setsid sleep 300 & echo $! >> pids; wait' & "
    assert start(f"{script} while [ $(cat pids | wc -l) != 2 ]; do sleep 0.01; done").wait() == 0
    assert [pid for pid in pids(tmp_path) if is_there(pid)] == []


def test_what_another_program_has_started_lives_on(start: Callable[..., Program], tmp_path: Path) -> None:
    first = start("(setsid sleep 300 & echo $! >> pids); echo done >> ready; sleep 300")
    until((tmp_path / "ready").exists)
    assert start("true").wait() == 0
    assert [is_there(pid) for pid in pids(tmp_path)] == [True]
    first.signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    assert [is_there(pid) for pid in pids(tmp_path)] == [False]


def test_daemons_of_a_client_live_on(supervisor: Supervisor, start: Callable[..., Program], tmp_path: Path) -> None:
    with (tmp_path / "output").open("ab") as output:
        words, environment = ["sh", "-c", ORPHAN], {"PATH": os.environ["PATH"]}
        client = supervisor.start(words, directory=tmp_path, environment=environment, output=output, is_client=True)
    assert client.wait() == 0
    assert start("true").wait() == 0
    supervisor.close()
    [daemon] = pids(tmp_path)
    assert is_there(daemon)
    os.kill(daemon, signal.SIGKILL)


def test_the_end_of_a_supervisor_is_the_end_of_all(
    supervisor: Supervisor, start: Callable[..., Program], tmp_path: Path
) -> None:
    started = start(f"trap '' TERM; {ORPHAN}; echo $$ >> pids; sleep 300")
    until(lambda: len(pids(tmp_path)) == 2)
    supervisor.close()
    assert [pid for pid in pids(tmp_path) if is_there(pid)] == []
    assert started.wait() == -signal.SIGKILL
    assert list((tmp_path / "state" / "constructs-lib" / "running").iterdir()) == []
    with pytest.raises(LostError):
        start("true")


def test_a_folder_is_there_until_the_end(supervisor: Supervisor, tmp_path: Path) -> None:
    with supervisor.temporary("mine-") as made:
        assert made.is_dir()
    assert not made.exists()
    folder = supervisor.folder()
    kept, given_back = tmp_path / "file", tmp_path / "result"
    for path in (kept, given_back):
        path.touch()
        supervisor.own(path)
    supervisor.leave(given_back)
    supervisor.close()
    assert [path.exists() for path in (folder, kept, given_back)] == [False, False, True]


OWNER = f"""
import os, sys, time
from pathlib import Path
from constructs_lib.local.supervisor import Supervisor

supervisor = Supervisor()
supervisor.folder()
supervisor.last(["sh", "-c", "sleep 0.1; echo last >> {{directory}}/last"])
with open("/dev/null", "wb") as output:
    for script in ("trap '' TERM; echo $$ >> pids; while :; do sleep 0.1; done", {ORPHAN + "; sleep 300"!r}):
        environment = {{"PATH": os.environ["PATH"]}}
        supervisor.start(["sh", "-c", script], directory=Path({{directory!r}}), environment=environment, output=output)
print("supervisor", supervisor._process.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that has started two programs, and the id of its supervisor."""
    script = OWNER.replace("{directory}", str(tmp_path)).replace("{directory!r}", repr(str(tmp_path)))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        supervisor = int(process.stdout.readline().split()[1])
        until(lambda: len(pids(tmp_path)) == 2)
        yield process, supervisor
        process.kill()


def test_sigkill_of_the_owner_is_the_end_of_all(owner: tuple[subprocess.Popen[str], int], tmp_path: Path) -> None:
    process, supervisor = owner
    process.kill()
    until(lambda: not is_there(supervisor))
    assert [pid for pid in pids(tmp_path) if is_there(pid)] == []
    assert list((tmp_path / "temporary").iterdir()) == []
    assert (tmp_path / "last").read_text() == "last\n", "what it was to do last is done before it goes"
    assert end_leftovers() == []


def test_sigkill_of_the_supervisor_ends_its_programs_too(
    supervisor: Supervisor, start: Callable[..., Program], tmp_path: Path
) -> None:
    folder = supervisor.folder()
    started = start(f"{ORPHAN}; echo $$ >> pids; sleep 300")
    until(lambda: len(pids(tmp_path)) == 2)
    assert supervisor._process is not None
    supervisor._process.kill()
    assert started.wait() == -signal.SIGKILL
    assert [pid for pid in pids(tmp_path) if is_there(pid)] == []
    assert start("exit 7").wait() == 7
    assert folder.exists()
    supervisor.close()
    assert not folder.exists()
    assert list((tmp_path / "state" / "constructs-lib" / "running").iterdir()) == []


def test_what_a_killed_supervisor_ran_is_on_its_list_until_it_has_ended_and_folders_always_are(
    supervisor: Supervisor, start: Callable[..., Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This process may be killed at any moment, too.
    lists = tmp_path / "state" / "constructs-lib" / "running"
    folder, told = supervisor.folder(), []

    def end(name: str) -> None:
        told.append(f"{name} ends with {sorted(path.stem for path in lists.iterdir())}")
        end_marked(name)

    def write(name: str) -> tuple[Path, IO[bytes]]:
        told.append(f"another begins where {str(folder) in text_of(lists)}")
        return write_journal(name)

    monkeypatch.setattr("constructs_lib.local.supervisor.supervisor.end_marked", end)
    monkeypatch.setattr("constructs_lib.local.supervisor.supervisor.write_journal", write)
    started = start("echo $$ >> pids; sleep 300")
    until(lambda: len(pids(tmp_path)) == 1)
    assert supervisor._process is not None
    name = supervisor._name
    supervisor._process.kill()
    assert started.wait() == -signal.SIGKILL
    assert told == [f"{name} ends with ['{name}']", "another begins where True"]
    until(lambda: str(folder) in text_of(lists))
    assert [path.stem for path in lists.iterdir()] == [supervisor._name]


def text_of(directory: Path) -> str:
    return "".join(path.read_text() for path in directory.iterdir())


def test_a_supervisor_that_was_killed_while_nothing_ran_is_replaced(
    supervisor: Supervisor, start: Callable[..., Program]
) -> None:
    assert start("true").wait() == 0
    assert supervisor._process is not None
    supervisor._process.kill()
    supervisor._process.wait()
    assert start("exit 7").wait() == 7


def test_what_both_have_left_is_ended_by_whoever_comes_next(
    owner: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    process, supervisor = owner
    assert end_leftovers() == [], "it runs"
    os.kill(supervisor, signal.SIGSTOP)
    process.kill()
    os.kill(supervisor, signal.SIGKILL)
    process.wait()
    [folder] = (tmp_path / "temporary").iterdir()
    assert [is_there(pid) for pid in pids(tmp_path)] == [True, True]
    [found] = end_leftovers(patient=True)
    assert found.owner == process.pid
    assert found.paths == [str(folder)]
    assert {item.pid for item in found.processes} >= set(pids(tmp_path))
    assert [pid for pid in pids(tmp_path) if is_there(pid)] == []
    assert not folder.exists()
    assert end_leftovers() == []


def test_lists_that_others_can_write_are_not_believed(owner: tuple[subprocess.Popen[str], int], tmp_path: Path) -> None:
    process, supervisor = owner
    os.kill(supervisor, signal.SIGSTOP)
    process.kill()
    os.kill(supervisor, signal.SIGKILL)
    process.wait()
    until(lambda: not is_there(supervisor))
    [path] = (tmp_path / "state" / "constructs-lib" / "running").iterdir()
    for shared in (path, path.parent):
        mode = shared.stat().st_mode
        shared.chmod(mode | 0o002)
        assert end_leftovers() == []
        shared.chmod(mode)
    other = path.with_name("link.jsonl")
    other.symlink_to(path)
    assert len(end_leftovers(patient=True)) == 1  # threads of the supervisor may still be ending


def test_a_process_that_has_got_the_id_of_another_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "300"]) as stranger:
        assert end_marked("nobody", {stranger.pid: "1"}) == []
        assert is_there(stranger.pid)
        [found] = end_marked("nobody", {stranger.pid: start_of(stranger.pid)})
        assert (found.pid, found.command) == (stranger.pid, "sleep 300")
        assert stranger.wait() == -signal.SIGKILL


def test_all_of_a_process_can_be_ended_at_once(start: Callable[..., Program], tmp_path: Path) -> None:
    started = start(f"trap '' TERM; {ORPHAN}; sleep 300")
    until(lambda: len(pids(tmp_path)) == 1)
    end_all()
    assert [pid for pid in (started.pid, *pids(tmp_path)) if is_there(pid)] == []


def test_where_the_state_cannot_be_written_the_list_is_with_the_temporary_files(
    start: Callable[..., Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "file"))
    assert start("exit 7").wait() == 7
    assert len(list((tmp_path / "temporary" / f"constructs-lib-{os.getuid()}" / "running").iterdir())) == 1


def test_the_mark_of_a_process_is_read_from_its_environment(start: Callable[..., Program]) -> None:
    started = start("sleep 300")
    until(lambda: mark_of(started.pid).startswith(f"{os.getpid()}-"))  # a shell loads the other program itself
    assert mark_of(os.getpid()) == os.environ.get(MARK, "")
    started.signal(signal.SIGKILL)
