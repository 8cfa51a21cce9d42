"""What jobs try that are told to hurt the machine that they run on, or other jobs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.confinement import find_confinement
from constructs_lib.local.confinement.choice import _on_linux, _problem
from tests.local.small_jobs import SmallJobs
from tests.waiting import until

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(find_confinement() is None, reason="nothing confines processes here"),
]

WAYS = list({way.name: way for way in reversed(_on_linux()) if not _problem(way)}.values())[::-1]
STUBBORN = """
import signal, sys, time
def stop(*_):
    print("saved", flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
while True:
    time.sleep(0.01)
"""
LEAVING = """
import subprocess, sys
child = subprocess.Popen(["sleep", "1000.25"], start_new_session=True, stdout=subprocess.DEVNULL)
"""


@pytest.fixture(scope="module")
def developer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a developer, with keys in it and a project beside it."""
    home = tmp_path_factory.mktemp("developer")
    for name in (".aws/credentials", ".ssh/id_ed25519", "agent.sock"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text("[default]\n# secret of the developer\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        yield home


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.name)
def jobs(
    request: pytest.FixtureRequest, developer: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallJobs]:
    """Jobs by each program that confines, the one that would be chosen and the one that others have."""
    assert developer.is_dir()
    directory = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("constructs_lib.local.job_environment.enclosure.find_confinement", lambda: request.param)
        with EmbeddedAws(directory) as aws:
            yield SmallJobs(aws, directory)


@pytest.mark.parametrize("name", [".aws/credentials", ".ssh/id_ed25519"])
def test_the_files_of_the_developer_are_not_there(jobs: SmallJobs, developer: Path, name: str) -> None:
    ended = jobs.run("cat", str(developer / name))
    assert ended.exit_code == 1
    assert "secret of the developer" not in ended.output


def test_a_function_does_not_read_them_either(jobs: SmallJobs, developer: Path) -> None:
    answer = jobs.call(f"def handler(event, context): return open({str(developer / '.aws/credentials')!r}).read()")
    assert answer["errorType"] == "FileNotFoundError"


def test_a_function_does_not_change_its_code(jobs: SmallJobs) -> None:
    answer = jobs.call("def handler(event, context): return open(__file__, 'w').write('')")
    assert "Read-only file system" in answer["errorMessage"]


@pytest.mark.parametrize(
    "path",
    [
        "/etc/left",
        "/usr/local/bin/left",
        "/proc/sys/kernel/panic_on_oops",
        str(Path(__file__).with_name("left")),
        str(Path(sys.prefix) / "left"),
    ],
)
def test_nothing_of_the_machine_is_changed(jobs: SmallJobs, path: str) -> None:
    before = Path(path).read_text() if Path(path).exists() else None
    ended = jobs.run("sh", "-c", f"echo 0 > {path}")
    assert ended.exit_code == 2
    assert "Read-only file system" in ended.output or "Permission denied" in ended.output
    assert (Path(path).read_text() if Path(path).exists() else None) == before


def test_what_is_written_to_tmp_is_the_attempts_own(jobs: SmallJobs) -> None:
    name = f"/tmp/left-{os.getpid()}"  # noqa: S108 - the place is what is tested
    assert jobs.run("sh", "-c", f"echo mine > {name} && cat {name}").output == "mine\n"
    assert not Path(name).exists()
    assert jobs.run("cat", name).exit_code == 1


def test_the_logs_of_others_are_not_there(jobs: SmallJobs) -> None:
    directory = jobs.directory
    jobs.run("echo", "told in confidence")
    ended = jobs.run("sh", "-c", f"cat {directory}/logs/*/*/*; ls {directory}; echo lie >> {directory}/logs/lie")
    assert "told in confidence" not in ended.output
    assert not (directory / "logs" / "lie").exists()


def test_root_of_a_job_is_not_root_of_the_machine(jobs: SmallJobs) -> None:
    for command in ("mount -o remount,rw /", "umount /proc/sys", "mknod /tmp/disk b 254 0", "kill -9 1 2"):
        ended = jobs.run("sh", "-c", f"{command} && touch /etc/left")
        assert ended.exit_code != 0, command
    assert not Path("/etc/left").exists()


def test_a_job_sees_no_processes_but_its_own(jobs: SmallJobs) -> None:
    ended = jobs.run("sh", "-c", f"ls -d /proc/[0-9]* | wc -l; kill -9 {os.getpid()}")
    assert int(ended.output.split()[0]) < 10
    assert "No such process" in ended.output


def test_a_child_in_a_session_of_its_own_ends_with_the_job(jobs: SmallJobs) -> None:
    assert jobs.run("python3", "-c", LEAVING).exit_code == 0
    until(lambda: "1000.25" not in subprocess.check_output(["ps", "ax", "-o", "args"], text=True))


def test_a_job_that_is_terminated_may_save_its_work(jobs: SmallJobs) -> None:
    job_id = jobs.start("python3", "-c", STUBBORN)
    logs = jobs.directory / "logs"
    until(lambda: any("ready" in path.read_text() for path in logs.rglob("*/*/*")))
    jobs.terminate(job_id)
    ended = jobs.wait(job_id)
    assert (ended.exit_code, ended.output) == (7, "ready\nsaved\n")


def test_a_job_that_is_terminated_as_it_starts_ends(jobs: SmallJobs) -> None:
    for _ in range(10):
        job_id = jobs.start("sleep", "100")
        until(lambda: jobs.described(job_id)["status"] == "RUNNING")  # noqa: B023 - it is waited for here
        started = time.monotonic()
        jobs.terminate(job_id)
        assert jobs.wait(job_id).exit_code == 143
        assert time.monotonic() - started < 20  # not by SIGKILL, after 30


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -9 $$", 137), ("kill -TERM $$", 143)])
def test_exit_codes_are_those_of_a_container(jobs: SmallJobs, script: str, code: int) -> None:
    assert jobs.run("sh", "-c", script).exit_code == code


def test_a_program_that_is_not_there_is_a_failed_start(jobs: SmallJobs) -> None:
    ended = jobs.run("no-such-program")
    assert ended.exit_code is None
    assert ended.reason == "CannotStartContainerError: no-such-program: No such file or directory"


def test_a_directory_of_the_instance_is_one_of_the_run(jobs: SmallJobs) -> None:
    volume = {
        "volumes": [{"name": "data", "host": {"sourcePath": "/var/lib/data"}}],
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/mnt/data"}],
    }
    assert jobs.run("sh", "-c", 'echo kept > "$0"', "/mnt/data/file", **volume).exit_code == 0
    assert jobs.run("cat", "/mnt/data/file", **volume).output == "kept\n"
    assert not Path("/var/lib/data").exists()
    volume["mountPoints"][0]["readOnly"] = True
    assert "Read-only" in jobs.run("touch", "/mnt/data/file", **volume).output


def test_an_embedded_aws_that_is_killed_takes_its_jobs_with_it(tmp_path: Path) -> None:
    script = f"""
import os, signal, sys, time
from pathlib import Path
from constructs_lib.local.aws import EmbeddedAws
from tests.local.small_jobs import SmallJobs
from tests.waiting import until
directory = Path({str(tmp_path)!r})
with EmbeddedAws(directory) as aws:
    jobs = SmallJobs(aws, directory)
    jobs.start("sh", "-c", "echo ready; exec sleep 1000.75")
    until(lambda: any("ready" in path.read_text() for path in (directory / "logs").rglob("*/*/*")))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    process = subprocess.run([sys.executable, "-c", script], check=False)
    assert process.returncode == -signal.SIGKILL
    until(lambda: "1000.75" not in subprocess.check_output(["ps", "ax", "-o", "args"], text=True))
