"""What a review says is replaced, deleted and made is what `cdk diff` says, for each change that is tested anywhere.

One process compares all of them: its stacks are the changed ones, and what is "deployed" is what they were before.
"""

import copy
import json
import os
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import pytest

from constructs_lib.review.changes import StackChange, changes_between
from constructs_lib.review.outcomes import outcome
from constructs_lib.review.stacks import Stack, stacks_of
from tests.unit.review import (
    changes_of_examples,
    test_behaviour,
    test_changes,
    test_checked,
    test_money,
    test_rights,
)
from tests.unit.review.edits import Edit

pytestmark = pytest.mark.local

CDK = Path(__file__).parent / "cdk" / "node_modules" / ".bin" / "cdk"
CHANGES: list[tuple[str, Edit]] = [
    *((stack, edit) for stack, edit, *_ in test_changes.CHANGES),
    *((stack, edit) for stack, edit, *_ in test_behaviour.CHANGES),
    *((stack, edit) for stack, edit, *_ in test_checked.CHANGES),
    *((stack, edit) for stack, edit, *_ in test_money.CHANGES),
    *((test_rights.ARRAY, edit) for edit, *_ in (*test_rights.RIGHTS, *test_rights.NETWORK)),
    *((stack, edit) for stack, edit, *_ in changes_of_examples.CHANGES),
]
LINE = re.compile(r"\[([~+-])\] (\S+::\S+) (\w+)(?: (replace|may be replaced|destroy|orphan))?")
TOLD = {"replace": "replaced", "may be replaced": "may be replaced", "destroy": "deleted", "orphan": "deleted"}
Outcomes = dict[str, str]


class Deployed(ThreadingHTTPServer):
    """What the CDK asks of an account: who it is, which stacks are there, and their templates."""

    templates: dict[str, Mapping[str, Any]]

    def answer(self, action: str, stack: str) -> str:
        """The result of an operation, as XML."""
        if action == "GetCallerIdentity":
            return "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:root</Arn><UserId>a</UserId>"
        if action == "GetTemplate":
            return f"<TemplateBody>{escape(json.dumps(self.templates[stack]))}</TemplateBody>"
        arn = f"arn:aws:cloudformation:us-east-1:123456789012:stack/{stack}/1"
        at = "<CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>"
        return f"<Stacks><member><StackId>{arn}</StackId><StackName>{stack}</StackName>{at}</member></Stacks>"


class Handler(BaseHTTPRequestHandler):
    server: Deployed

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action = asked["Action"][0]
        result = self.server.answer(action, asked.get("StackName", [""])[0])
        body = f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def sides(app_assembly: Path, examples_assembly: Path) -> list[tuple[Stack, Stack]]:
    """Each change: the stack before and after."""
    stacks = {**stacks_of(app_assembly), **stacks_of(examples_assembly)}

    def changed(number: int) -> tuple[Stack, Stack]:
        name, edit = CHANGES[number]
        template = copy.deepcopy({**stacks[name].template})
        edit(template)
        return Stack(f"S{number:03}", stacks[name].template), Stack(f"S{number:03}", template)

    return [changed(number) for number in range(len(CHANGES))]


@pytest.fixture(scope="module")
def told(sides: list[tuple[Stack, Stack]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcomes]:
    """What `cdk diff` says of each stack, by the logical ids of its resources."""
    assert CDK.exists(), "the CDK CLI is not installed: make setup"
    directory = tmp_path_factory.mktemp("diff")
    artifacts = {}
    for _, new in sides:
        (directory / f"{new.name}.json").write_text(json.dumps(new.template))
        artifacts[new.name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://123456789012/us-east-1",
            "properties": {"templateFile": f"{new.name}.json"},
        }
    (directory / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    with Deployed(("127.0.0.1", 0), Handler) as server:
        server.templates = {old.name: old.template for old, _ in sides}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            done = subprocess.run(
                [CDK, "diff", "--app", directory, "--method=template", "--no-notices", "--no-color"],
                env=_environment(directory, server.server_port),
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            server.shutdown()
            thread.join()
    assert done.returncode == 0, done.stdout + done.stderr
    parts = re.split(r"^Stack (S\d+).*$", done.stdout, flags=re.MULTILINE)
    return {name: _outcomes(text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _environment(home: Path, port: int) -> dict[str, str]:
    """As little as the CDK CLI needs."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "CI": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }


def _outcomes(text: str) -> Outcomes:
    found = {}
    resources = text.partition("\nResources\n")[2].partition("\n\n")[0]
    for line in resources.splitlines():
        if match := LINE.fullmatch(line.strip()):
            mark, _, logical_id, impact = match.groups()
            found[logical_id] = TOLD[impact] if impact else {"~": "updated", "+": "created", "-": "deleted"}[mark]
    return found


def _ours(change: StackChange) -> Outcomes:
    return {one.logical_id: outcome(one, change.new(one.logical_id)) for one in change.changes}


def _is_known_otherwise(change: StackChange, logical_id: str, told: Outcomes) -> bool:
    """The two that `cdk diff` does not know: what `ReplaceComputeEnvironment` says, and that a type cannot change."""
    if change.refusal:
        return change.before.resources[logical_id].type != change.after.resources[logical_id].type
    anew = change.new(logical_id).get("ReplaceComputeEnvironment")
    ours = _ours(change)[logical_id]
    return (ours, told.get(logical_id), anew) == ("replaced", "updated", "true")


def test_each_change_is_what_cdk_diff_says(sides: list[tuple[Stack, Stack]], told: dict[str, Outcomes]) -> None:
    compared, others = Counter[str](), {}
    for number, (old, new) in enumerate(sides):
        (change,) = changes_between({old.name: old}, {new.name: new})
        ours, theirs = _ours(change), told[new.name]
        for name in {**ours, **theirs}:
            one, other = ours.get(name), theirs.get(name)
            follows = (one, other) == ("updated", None)  # it refers to what is replaced, which is not told there
            if one != other and not follows and not _is_known_otherwise(change, name, theirs):
                others[number, name] = (CHANGES[number][0], one, other)
            compared[other or "not told"] += 1
    assert others == {}
    assert len(sides) > 100
    assert {"replaced", "deleted", "created", "updated"} <= compared.keys()
