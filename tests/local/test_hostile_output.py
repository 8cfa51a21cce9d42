"""What jobs write does not command the terminal of whoever runs them, nor the page about the run."""

import json
import os
import pty
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.control.instances import Instance, registered
from tests.conformance.batch_account import BatchAccount

pytestmark = pytest.mark.local

PROGRAM = [str(Path(sys.executable).parent / "constructs-lib"), "local"]
WRITTEN = (
    "\x1b]52;c;ZXZpbA==\x07\x1b]0;owned\x07\x1b[2J\x1b[8mhidden\x9b31m\r"
    "[bold]no markup[/nothing] :smile: </pre><script>x</script>"
)
JOB = """
import sys
sys.stdout.write({written!r} + "\\n" + "x" * 3_000_000 + "\\n" + {written!r} + "\\n")
sys.exit(3)
"""
STYLES = re.compile(rb"\x1b\[(?:[0-9;]*m|\?25[hl]|2K|1A)")
"""What rich itself sends: colors, the cursor hidden and shown, a line of progress taken away."""


def assembly(directory: Path) -> Path:
    """An app of one stack: a job that fails, and the state machine that runs it, with an error like what it writes."""
    role = "arn:aws:iam::123456789012:role/any"
    resources = [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": "512"}]
    command = [sys.executable, "-c", JOB.format(written=WRITTEN)]
    submit = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Parameters": {"JobName": "hostile", "JobQueue": "${Queue}", "JobDefinition": "${Job}"},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Fail"}],
        "End": True,
    }
    machine = {
        "StartAt": "Submit",
        "States": {"Submit": submit, "Fail": {"Type": "Fail", "Error": WRITTEN, "Cause": WRITTEN}},
    }

    def of(kind: str, **properties: Any) -> dict[str, Any]:
        return {"Type": f"AWS::{kind}", "Properties": properties}

    compute = {"Type": "EC2", "MaxvCpus": 4, "Subnets": ["s"], "InstanceRole": "instances", "SecurityGroupIds": ["g"]}
    container = {"Image": "none", "Command": command, "ResourceRequirements": resources}
    template = {
        "Resources": {
            "Environment": of("Batch::ComputeEnvironment", Type="MANAGED", ComputeResources=compute),
            "Queue": of(
                "Batch::JobQueue",
                Priority=1,
                ComputeEnvironmentOrder=[{"Order": 1, "ComputeEnvironment": {"Ref": "Environment"}}],
            ),
            "Job": of("Batch::JobDefinition", Type="container", ContainerProperties=container),
            "Machine": of(
                "StepFunctions::StateMachine",
                RoleArn=role,
                DefinitionString={"Fn::Sub": json.dumps(machine)},
            ),
        }
    }
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    (directory / "manifest.json").write_text(json.dumps({"artifacts": {"Hostile": stack}}))
    (directory / "t.json").write_text(json.dumps(template))
    return directory


def at_a_terminal(*arguments: str, exit_code: int) -> bytes:
    """What a terminal gets of a command, with what it prints to both of its streams."""
    mine, its = pty.openpty()
    process = subprocess.Popen([*PROGRAM, *arguments], stdin=its, stdout=its, stderr=its, close_fds=True)
    os.close(its)
    got = b""
    while True:
        try:
            chunk = os.read(mine, 65_536)
        except OSError:  # nobody has the other end any more
            chunk = b""
        if not chunk:
            break
        got += chunk
    os.close(mine)
    assert process.wait(60) == exit_code
    return got


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.found.add(tag)


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "state"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """What a terminal got of a run, and the page about it."""
    directory = tmp_path_factory.mktemp("hostile")
    (directory / "items.json").write_text("[]")
    (directory / "cdk.out").mkdir()
    page = directory / "report.html"
    got = at_a_terminal(
        *("run", "Hostile", "--items", str(directory / "items.json"), "--no-iam"),
        *("--assembly", str(assembly(directory / "cdk.out"))),
        *("--output", str(directory / "out"), "--report", str(page), "--json"),
        exit_code=1,
    )
    return got, page


def test_a_terminal_gets_no_command_of_a_job(ran: tuple[bytes, Path]) -> None:
    got = STYLES.sub(b"", ran[0])
    assert b"\x1b" not in got
    assert b"\x07" not in got
    assert "\x9b" not in got.decode()
    assert rb"\x1b]52;c;ZXZpbA==\x07" in got
    assert b"[bold]no markup[/nothing] :smile:" in got.replace(b"\r\n", b"")


def test_lines_of_megabytes_are_cut_off(ran: tuple[bytes, Path]) -> None:
    got = ran[0].decode()
    assert re.search(r"x{1000}… \([\d,]+ more characters\)", got)
    assert len(got) < 100_000


def test_logs_shows_a_terminal_what_was_written_and_gives_it_whole_to_a_program(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "aws", iam=False) as aws:
        account = BatchAccount(aws)
        job = account.submit(account.queue(), sys.executable, "-c", JOB.format(written=WRITTEN))
        account.ended(job)
        secrets = aws.keys.access_key, aws.keys.secret_key, aws.control_token
        instance = Instance(aws.port, os.getpid(), str(tmp_path), time.time(), *secrets)
        with registered(instance):
            shown = at_a_terminal("logs", job, "--endpoint", aws.endpoint_url, exit_code=0)
            raw = subprocess.run([*PROGRAM, "logs", job, "--raw"], capture_output=True, check=True).stdout
    shown = STYLES.sub(b"", shown)
    assert b"\x1b" not in shown
    assert shown.count(rb"\x1b]52;c;ZXZpbA==\x07") == 2
    assert b"x" * 10_000 + "… (".encode() in shown
    assert raw.count(WRITTEN.encode()) == 2
    assert raw.count(b"x" * 1_000) >= 3_000_000 // 1_000 * 0.99


def test_json_at_a_terminal_has_escapes_of_json(ran: tuple[bytes, Path]) -> None:
    [line] = [line for line in STYLES.sub(b"", ran[0]).split(b"\r\n") if line.startswith(b"{")]
    printed = json.loads(line)
    assert (printed["error"], printed["cause"]) == (WRITTEN, WRITTEN)


def test_the_page_runs_nothing(ran: tuple[bytes, Path]) -> None:
    text = ran[1].read_text()
    assert "&lt;script&gt;" in text
    elements = Elements()
    elements.feed(text)
    assert not elements.found & {"script", "img", "iframe", "object", "embed", "link", "base", "form"}
    assert len(text) < 200_000
