"""A program with the command line of docker, as far as the runner uses it: a container is a process of this machine.

What it keeps is in the directory that its first argument names. Each call is a line of the file `calls` there.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

state_directory, command, *words = sys.argv[1:]
HERE = Path(state_directory)
NEVER = "0001-01-01T00:00:00Z"


def refuse(message: str) -> None:
    sys.exit(f"Error: {message}")


def state_file(name: str) -> Path:
    path = HERE / f"{name}.container"
    if not path.exists():
        refuse(f"no such container: {name}")
    return path


def write(path: Path, state: dict[str, object]) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(state))
    unfinished.rename(path)  # nobody reads half of it


def create() -> None:
    name = words[words.index("--name") + 1]
    if "no-such-option" in words:
        refuse("unknown flag: no-such-option")
    state = {"Running": False, "StartedAt": NEVER, "ExitCode": 0, "OOMKilled": False, "Error": "", "words": words}
    write(HERE / f"{name}.container", state)


def start() -> None:
    path = state_file(words[-1])
    state = json.loads(path.read_text())
    argv = state["words"][state["words"].index("image") + 1 :]
    try:
        process = subprocess.Popen(argv, start_new_session=True)
    except OSError:
        refuse(f'unable to start container: exec: "{argv[0]}": executable file not found in $PATH')
    state |= {"Running": True, "StartedAt": "2030-01-01T00:00:00Z", "Pid": process.pid}
    write(path, state)
    code = process.wait()
    code = code if code >= 0 else 128 - code
    if not path.exists():
        sys.exit(137)  # removed while it ran
    oom = code == 137 and (HERE / "oom").exists()
    write(path, state | {"Running": False, "ExitCode": code, "OOMKilled": oom})
    sys.exit(code)


def stop() -> None:
    pid = json.loads(state_file(words[-1]).read_text())["Pid"]
    os.kill(pid, signal.SIGTERM)
    time.sleep(float(words[1]))
    os.kill(pid, signal.SIGKILL)


def ps() -> None:
    label = words[-1].removeprefix("label=")
    for path in HERE.glob("*.container"):
        if label in json.loads(path.read_text())["words"]:
            sys.stdout.write(f"{path.stem}\n")


def rm() -> None:
    for name in words[2:]:
        state_file(name).unlink()


def build() -> None:
    if (HERE / "unbuildable").exists():
        refuse("building at STEP 2: no such package")
    Path(words[words.index("--iidfile") + 1]).write_text("sha256:built")


def pull() -> None:
    if words[0] == "nowhere":
        refuse("manifest for nowhere not found: manifest unknown")


def image() -> None:
    if words[-1] != "here":
        refuse(f"no such image: {words[-1]}")


with (HERE / "calls").open("a") as calls:
    calls.write(json.dumps([command, *words]) + "\n")
match command:
    case "info":
        sys.stdout.write((HERE / "info").read_text())
    case "inspect":
        sys.stdout.write(state_file(words[-1]).read_text())
    case _:
        globals()[command]()
