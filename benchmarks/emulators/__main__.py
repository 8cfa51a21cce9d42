"""Measure the behaviours here and in moto, and with --write put the table into docs/emulators.md: ``make emulators``.

What is not run here is read: read.json says in what, and when.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.emulators.account import Account
from benchmarks.emulators.behaviours import BEHAVIOURS, shows
from benchmarks.measure import ROOT
from constructs_lib.local import EmbeddedAws, FaultPlan, VirtualClock
from constructs_lib.local.faults import Hang

PAGE: Final = ROOT / "docs" / "emulators.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
_MOTO: Final = "http://127.0.0.1:15123"
READ: Final[list[dict[str, Any]]] = json.loads(Path(__file__).with_name("read.json").read_text())
OURS: Final = "constructs-lib"


@contextmanager
def embedded(directory: Path) -> Iterator[Account]:
    """The embedded AWS, in virtual time; jobs that are called endless hang."""
    faults = FaultPlan([Hang(job="endless", attempt=None)])
    with EmbeddedAws(directory, clock=VirtualClock(), faults=faults) as aws:
        yield Account(aws.endpoint_url, (aws.keys.access_key, aws.keys.secret_key))


@contextmanager
def moto() -> Iterator[Account]:
    """Moto's own server, without Docker, in a process of its own; its state machines run, which is off by default."""
    program, port = Path(sys.executable).with_name("moto_server"), _MOTO.rpartition(":")[2]
    # By MOTO_PORT its state machines find the server.
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    environment = {**os.environ, **keys, "MOTO_PORT": port}
    with subprocess.Popen([program, "-p", port], env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            account = Account(_MOTO, ("test", "test"), seconds=10)
            account.wait_for(_answers)
            for configured in ({"batch": {"use_docker": False}}, {"stepfunctions": {"execute_state_machine": True}}):
                _ask("POST", "/moto-api/config", configured)
            yield account
        finally:
            process.terminate()


def _answers() -> bool:
    try:
        _ask("GET", "/moto-api/config")
    except OSError:
        time.sleep(0.1)
        return False
    return True


def _ask(method: str, path: str, body: Any = None) -> None:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(_MOTO + path, data, headers, method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - as above
        pass


def measured() -> dict[str, dict[str, bool]]:
    """What this library and moto show, by the title of a behaviour."""
    found: dict[str, dict[str, bool]] = {}
    with TemporaryDirectory() as directory, embedded(Path(directory)) as account:
        found[OURS] = {title: shows(check, account) for title, check in BEHAVIOURS.items()}
    with moto() as account:
        found["moto"] = {title: shows(check, account) for title, check in BEHAVIOURS.items()}
    return found


def table(found: Mapping[str, Mapping[str, bool]]) -> str:
    """The table of the page, and what each column is."""
    columns = ["behaviour", *found, *(row["name"] for row in READ)]
    lines = [columns, ["---"] * len(columns)]
    for title in BEHAVIOURS:
        seen = ["yes" if column[title] else "no" for column in found.values()]
        lines.append([title, *seen, *(_read(row, title) for row in READ)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n" + "".join(_columns())


def _read(row: Mapping[str, Any], title: str) -> str:
    if title in row["notes"]:
        return str(row["notes"][title])
    return "yes" if title in row["yes"] else "no" if title in row["no"] else "not said"


def _columns() -> Iterator[str]:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    yield f"- **{OURS}**: measured on {today}, in virtual time.\n"
    moto_is = f"{version('moto')}: measured on {today} without Docker (`use_docker` false), "
    moto_is += (
        "so that jobs succeed at once; state machines run (`execute_state_machine`), and IAM is off, as by default"
    )
    yield f"- **moto** {moto_is}.\n"
    for row in READ:
        yield f"- **{row['name']}** {row['version']}: {row['what']}; [{row['date']}]({row['source']}).\n"


def main() -> None:
    """Measure, print the table, and with --write put it into the page."""
    text = table(measured())
    print(text)
    if "--write" in sys.argv[1:]:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(before + BEGIN + text + END + rest.partition(END)[2])


if __name__ == "__main__":
    main()
