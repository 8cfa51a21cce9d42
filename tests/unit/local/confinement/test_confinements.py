"""Each way to confine that this machine has: what a process there sees, and how it ends."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.confinement import Composed, Confined, Confinement, Overlay, View
from constructs_lib.local.confinement.choice import _on_linux, _problem
from constructs_lib.local.supervisor import Supervisor
from constructs_lib.local.supervisor.program import mark_of, processes
from tests.waiting import until

WAYS = [way for way in _on_linux() if not _problem(way)]
_PARTS = ("lower", "upper", "work", "target")
PROGRAMS = ("bubblewrap", "namespaces")
Run = Callable[..., Any]


def test_every_program_that_is_here_is_tried() -> None:
    assert {way.name for way in WAYS} <= set(PROGRAMS)


@pytest.fixture(params=WAYS, ids=lambda way: way.name)
def way(request: pytest.FixtureRequest) -> Confinement:
    found: Confinement = request.param
    return found


@pytest.fixture
def view(tmp_path: Path) -> View:
    """A home with a file and a tool in it, an attempt below the run's directory, and a secret outside of both."""
    for name in ("home/tool/bin", "run/logs", "run/attempt/tmp"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("home/key", "home/tool/bin/run", "run/logs/log", "secret"):
        (tmp_path / name).write_text(name)
    return View(
        hidden=(tmp_path / "home", tmp_path / "run"),
        masked=(tmp_path / "secret",),
        temporary=tmp_path / "run" / "attempt" / "tmp",
        readable=(tmp_path / "home" / "tool",),
        writable=(tmp_path / "run" / "attempt",),
    )


class Held:
    """A program that was started by a launcher that is held ready, as far as the tests ask for what a `Popen` has."""

    def __init__(self, confined: Confined, directory: Path, supervisor: Supervisor) -> None:
        ours, theirs = os.pipe()
        self.stdout = os.fdopen(ours, encoding="utf-8")
        self._program = supervisor.start(
            confined.argv, directory=directory, environment=os.environ, output=theirs, launcher=confined.launcher
        )
        os.close(theirs)
        self.pid = self._program.pid
        self.returncode: int | None = None

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        with self.stdout:
            text = self.stdout.read()
        self.wait(timeout)
        return text, None

    def wait(self, timeout: float | None = None) -> int:
        self.returncode = self._program.wait(timeout)
        return self.returncode

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "state"))
    with Supervisor() as made:
        yield made


@pytest.fixture(params=[False, True], ids=["started", "held"])
def run(request: pytest.FixtureRequest, way: Confinement, view: View, supervisor: Supervisor) -> Run:
    if request.param and not way.launcher:
        pytest.skip("its launcher cannot be held ready")

    def start(*argv: str) -> "subprocess.Popen[str] | Held":
        [directory] = view.writable
        confined = way.confine(argv, view, directory, os.environ)
        if request.param:
            return Held(confined, directory, supervisor)
        return subprocess.Popen(
            confined.argv,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    return start


def output(process: Any) -> str:
    text: str = process.communicate(timeout=30)[0]
    return text


def test_what_is_hidden_is_empty_but_for_what_is_shown(run: Run, tmp_path: Path) -> None:
    assert output(run("find", f"{tmp_path}/home", "-type", "f")) == f"{tmp_path}/home/tool/bin/run\n"
    assert output(run("ls", f"{tmp_path}/run")) == "attempt\n"


def test_what_is_hidden_in_what_is_shown_is_hidden(way: Confinement, view: View, tmp_path: Path) -> None:
    inside = tmp_path / "home" / "tool" / "bin"
    deeper = replace(view, hidden=(*view.hidden, inside))
    confined = way.confine(["find", str(inside.parent)], deeper, view.writable[0], os.environ)
    done = subprocess.run(confined.argv, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(inside.parent), str(inside)]


def test_what_is_shown_cannot_be_changed(run: Run, tmp_path: Path) -> None:
    assert "Read-only" in output(run("sh", "-c", f"echo x > {tmp_path}/home/tool/bin/run"))
    assert (tmp_path / "home" / "tool" / "bin" / "run").read_text() == "home/tool/bin/run"


def test_what_is_masked_has_nothing_in_it(run: Run, tmp_path: Path) -> None:
    process = run("sh", "-c", f"cat {tmp_path}/secret; echo x > {tmp_path}/secret")
    assert "secret\n" not in output(process).splitlines(keepends=True)
    assert (tmp_path / "secret").read_text() == "secret"


def test_what_is_writable_is_written(run: Run, tmp_path: Path) -> None:
    assert output(run("sh", "-c", "pwd; echo kept > file; echo also > /tmp/file")) == f"{tmp_path}/run/attempt\n"
    assert (tmp_path / "run" / "attempt" / "file").read_text() == "kept\n"
    assert (tmp_path / "run" / "attempt" / "tmp" / "file").read_text() == "also\n"


@pytest.mark.parametrize("path", ["/left", "/etc/left", "/usr/left", "/proc/sys/kernel/panic_on_oops"])
def test_the_rest_is_read_only(run: Run, path: str) -> None:
    process = run("sh", "-c", f"echo 0 > {path}")
    text = output(process)
    assert process.returncode == 2
    assert "Read-only" in text or "Permission denied" in text
    assert not Path(path).exists() or path.startswith("/proc")


def test_disks_are_not_among_its_devices(run: Run) -> None:
    found = set(output(run("ls", "/dev")).split())
    assert {"null", "urandom"} <= found
    assert not {name for name in found if name.startswith(("sd", "vd", "nvme", "loop", "mem", "kmsg"))}


def test_devices_work(run: Run) -> None:
    script = "echo x > /dev/null && head -c 4 /dev/urandom | wc -c && echo x > /dev/shm/x && cat /dev/shm/x"
    assert output(run("sh", "-c", script)).split() == ["4", "x"]


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -9 $$", 137), ("kill -TERM $$", 143)])
def test_the_exit_code_is_the_programs(run: Run, script: str, code: int) -> None:
    process = run("sh", "-c", script)
    output(process)
    assert process.returncode == code


def test_what_python_ignores_of_signals_the_program_does_not(run: Run) -> None:
    _, ignored = run("sh", "-c", "grep SigIgn /proc/self/status").communicate()[0].split()
    assert [int(ignored, 16) >> (number - 1) & 1 for number in (signal.SIGPIPE, signal.SIGXFSZ)] == [0, 0]


def test_what_outlives_the_program_ends_with_it(run: Run) -> None:
    process = run("sh", "-c", "setsid sleep 1000.125 > /dev/null 2>&1 & exit 0")
    output(process)
    until(lambda: not alive("1000.125"))


def test_members_are_the_programs_and_none_of_what_keeps_them(run: Run, way: Confinement, view: View) -> None:
    script = "trap 'echo told; exit 5' TERM; sleep 1000.375 & echo ready; wait"
    process = run("sh", "-c", script)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    confined = way.confine(["true"], view, view.writable[0], os.environ)
    assert confined.members is not None
    members = confined.members(process.pid)
    assert process.pid not in members
    assert len(members) == 2
    for member in members:
        with contextlib.suppress(ProcessLookupError):  # the end of the first takes the other with it
            os.kill(member, signal.SIGTERM)
    assert output(process) == "told\n"
    assert process.returncode == 5


def test_killing_what_keeps_them_kills_them(run: Run) -> None:
    process = run("sh", "-c", "echo ready; exec sleep 1000.625")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdout.close()
    process.kill()
    process.wait()
    until(lambda: not alive("1000.625"))


def test_the_first_process_tells_nothing_of_itself(run: Run, way: Confinement) -> None:
    if not way.launcher:
        pytest.skip("it has nothing but what the program was given")
    # As a copy of another one, it has memory of before, and it belongs to the same user.
    process = run("sh", "-c", "head -c 1 /proc/1/mem; cat /proc/1/environ")
    assert "denied" in output(process)
    assert process.returncode != 0


def test_a_launcher_that_is_held_knows_nothing_of_who_holds_it(
    way: Confinement, view: View, supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not way.launcher:
        pytest.skip("it cannot be held ready")
    monkeypatch.setenv("DEVELOPERS_SECRET", "mine")
    [directory] = view.writable
    confined = way.confine(["sleep", "1000.875"], view, directory, {"PATH": os.environ["PATH"]})
    with (tmp_path / "log").open("wb") as log:
        started = supervisor.start(
            confined.argv, directory=directory, environment={}, output=log, launcher=confined.launcher
        )
    held = held_by(supervisor)
    assert {started.pid} < held, "the copy, and the launcher"
    assert not any(b"mine" in Path(f"/proc/{pid}/environ").read_bytes() for pid in held)


def test_programs_start_also_after_the_end_of_a_launcher_that_was_held(
    run: Run, way: Confinement, supervisor: Supervisor
) -> None:
    assert output(run("echo", "before")) == "before\n"
    for pid in held_by(supervisor) if way.launcher else ():
        os.kill(pid, signal.SIGKILL)
    assert output(run("echo", "after")) == "after\n"


@pytest.mark.parametrize(
    ("word", "error"),
    [("no-such-program", "No such file"), ("./no-such-program", "No such file"), ("/etc", "Permission denied")],
)
def test_a_program_that_cannot_be_started_is_told_before(way: Confinement, view: View, word: str, error: str) -> None:
    with pytest.raises(OSError, match=error):
        way.confine([word], view, view.writable[0], os.environ)


@pytest.mark.parametrize("way", [way for way in WAYS if not _problem(way, overlaying=True)], ids=lambda way: way.name)
def test_changes_are_laid_over_a_directory(way: Confinement, view: View) -> None:
    [attempt] = view.writable
    overlay = Overlay(*(attempt.parent / "lower" if name == "lower" else attempt / name for name in _PARTS))
    for path in (overlay.lower, overlay.upper, overlay.work, overlay.target):
        path.mkdir()
    for name in ("removed", "changed"):
        (overlay.lower / name).write_text(name)
    overlaid = replace(view, overlays=(overlay,))
    script = "cat removed changed && rm removed && echo new > changed && mkdir made && ls"
    argv = way.confine(["sh", "-c", script], overlaid, overlay.target, os.environ).argv
    done = subprocess.run(argv, cwd=attempt, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("removedchangedchanged\nmade\n", "")
    assert {path.name: path.read_text() for path in overlay.lower.iterdir()} == {
        "removed": "removed",
        "changed": "changed",
    }
    assert list(overlay.target.iterdir()) == []


def test_a_directory_is_composed_of_links_and_of_one_on_a_disk(way: Confinement, view: View, tmp_path: Path) -> None:
    [attempt] = view.writable
    template, target, kept = tmp_path / "home" / "tool", attempt.parent / "made", attempt / "kept"
    kept.mkdir()
    made = Composed(target, template, ("bin/run",), (("deep/er", kept),))
    composed = replace(view, composed=(made,))
    script = (
        "cat bin/run && echo && rm bin/run && echo mine > bin/run && echo kept > deep/er/file; find . -type f; exit 3"
    )
    assert way.composes
    argv = way.confine(["sh", "-c", script], composed, target, os.environ).argv
    done = subprocess.run(argv, cwd=attempt, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")
    assert sorted(done.stdout.split()) == ["./bin/run", "./deep/er/file", "home/tool/bin/run"]
    assert (kept / "file").read_text() == "kept\n"
    assert (template / "bin" / "run").read_text() == "home/tool/bin/run"
    assert not target.exists()


def test_a_program_of_what_is_composed_is_found_before_it_is_there(
    way: Confinement, view: View, tmp_path: Path
) -> None:
    made = Composed(tmp_path / "run" / "made", tmp_path / "home" / "tool", ("bin/run",))
    tool = made.origin / "bin" / "run"
    tool.write_text("#!/bin/sh\necho well\n")
    tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{made.target}/bin:{os.environ['PATH']}"}
    for word in ("run", f"{made.target}/bin/run"):
        argv = way.confine([word], replace(view, composed=(made,)), view.writable[0], environment).argv
        done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment)
        assert (done.stdout, done.stderr) == ("well\n", "")


def held_by(supervisor: Supervisor) -> set[int]:
    """The launcher that it holds, and its copies."""
    return {pid for pid in processes() if mark_of(pid) == f"{supervisor._name}.0"}


def alive(argument: str) -> bool:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", argument.encode()]:
            return True
    return False
