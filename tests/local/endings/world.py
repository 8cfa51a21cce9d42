"""A place of its own for a command: nothing of others is seen there, and everything that it leaves behind is."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.local.endings.small_app import STACK, write_assembly
from tests.waiting import until

PROGRAM = [str(Path(sys.executable).with_name("constructs-lib")), "local"]
_DEADLINE_SECONDS = 60.0


@dataclass
class World:
    """A directory with an assembly, a state directory, a directory for temporary files, and an output.

    Args:
        directory: where all of it is; the words, environments, open files and directories of processes that belong to
            it name it.
        output: where commands write to. Default: in the directory.
    """

    directory: Path
    output: Path
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    @classmethod
    def make(cls, directory: Path, output: Path | None = None) -> "World":
        """Make it."""
        write_assembly(directory / "cdk.out")
        (directory / "temporary").mkdir()
        return cls(directory, output or directory / "output")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**others, "XDG_RUNTIME_DIR": str(self.directory / "state"), "TMPDIR": str(self.directory / "temporary")}

    def start(self, *arguments: str, items: list[str] | None = None) -> subprocess.Popen[str]:
        """Start a command; it has begun when this returns, so that it, and not yet Python, hears signals."""
        with (self.directory / "stdout").open("w") as output, (self.directory / "stderr").open("w") as errors:
            process = subprocess.Popen(
                [*PROGRAM, *arguments],
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self.started.append(process)
        assert process.stdin is not None
        if items is not None:
            process.stdin.write(json.dumps(items))
        process.stdin.close()
        until(lambda: process.poll() is not None or hears(process.pid))
        return process

    def run(self, items: list[str], *options: str, slow: float | None = None) -> subprocess.Popen[str]:
        """Start `run`; with an app that takes so many seconds, or else with the assembly that is there."""
        where = ["--assembly", str(self.directory / "cdk.out")]
        if slow is not None:
            app = Path(__file__).with_name("small_app.py")
            where = ["--app", f"{sys.executable} {app} {self.directory} {slow:g}"]
        where += ["--output", str(self.output), "--report", str(self.output / "report.html")]
        return self.start("run", STACK, "--items", "-", "--json", *where, *options, items=items)

    def up(self, *options: str) -> tuple[subprocess.Popen[str], int]:
        """Start `up`, and wait until it serves; its port too."""
        process = self.start("up", "--output", str(self.output), *options)
        until(lambda: process.poll() is not None or "\n" in self.text("stdout"))
        return process, int(self.text("stdout").partition("\n")[0].rpartition(":")[2])

    def call(self, *arguments: str, items: list[str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.directory,
            env=self.environment,
            input=json.dumps(items),
            capture_output=True,
            text=True,
            check=False,
        )

    def text(self, name: str) -> str:
        """What the last command has written to `stdout` or `stderr`."""
        return (self.directory / name).read_text()

    def jobs(self) -> int:
        """How many jobs have begun."""
        logs = [path for place in ("logs", "functions") for path in (self.output / place).rglob("*") if path.is_file()]
        return sum(path.read_bytes().count(b"running-") for path in logs)

    def told_to_stop(self) -> bool:
        """Whether a job that does not end by SIGTERM has heard it."""
        # Directories of attempts go meanwhile, which `os.walk` does not mind.
        return any("told-to-stop" in names for _, _, names in os.walk(self.output))

    def processes(self) -> dict[int, str]:
        """What runs here, by process id."""
        found = {int(entry.name): _told_by(entry) for entry in Path("/proc").iterdir() if entry.name.isdecimal()}
        return {pid: told for pid, told in found.items() if str(self.directory) in told}

    def supervisors(self) -> list[int]:
        """Its supervisors."""
        return [pid for pid, told in self.processes().items() if "supervisor/program.py" in told]

    def kill_with_supervisors(self, process: "subprocess.Popen[str]") -> None:
        """Kill a command and its supervisors before any of them notices the end of the others."""
        found = [*self.supervisors(), process.pid]
        for number, then in ((signal.SIGSTOP, {"T", "Z"}), (signal.SIGKILL, {"Z"})):
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            # On a busy machine some of its threads go on for a while.
            until(lambda then=then: all(_states(pid) <= then for pid in found))
        process.wait()

    def clear(self) -> None:
        """Kill what runs here, after a test that failed."""
        for process in self.started:
            process.kill()
            process.wait()
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def left_files(self) -> list[str]:
        """Temporary and half-written files, and the names of those that should be JSON and are not."""
        left = [str(path) for path in (self.directory / "temporary").iterdir()]
        for directory in (self.output, self.directory / "state"):
            for path in directory.rglob("*"):
                if path.suffix in {".new", ".part", ".tmp"}:
                    left.append(str(path))
                elif path.suffix == ".json" and path.is_file():
                    try:
                        json.loads(path.read_text())
                    except ValueError:
                        left.append(str(path))
                elif path.name == "report.html" and not path.read_text().rstrip().endswith("</html>"):
                    left.append(str(path))
        return left


def hears(pid: int) -> bool:
    """Whether a process does not end by SIGINT as Python does: `constructs-lib` hears SIGTERM, too."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    caught = next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:")), 0)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def _states(pid: int) -> set[str]:
    """What the threads of a process do, in letters of `ps`; nothing when it has gone."""
    states = set()
    for path in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            states.add(path.read_text().rpartition(")")[2].split()[0])
    return states


def _told_by(entry: Path) -> str:
    """All that a process tells of itself; nothing if it has ended, or is a test."""
    told = []
    try:
        if (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return ""
        told += [
            (entry / name).read_bytes().replace(b"\0", b" ").decode(errors="replace") for name in ("cmdline", "environ")
        ]
        told.append(str((entry / "cwd").readlink()))
        told += [str(file.readlink()) for file in (entry / "fd").iterdir()]
    except OSError:
        pass  # it has just ended
    return "\n".join(told) if entry.name != str(os.getpid()) else ""
