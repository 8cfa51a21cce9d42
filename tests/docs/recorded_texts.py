"""Tables of docs/troubleshooting.md: texts of AWS that nothing provokes here, as people have reported them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from constructs_lib.ops.reasons.executions.errors import explained
from constructs_lib.ops.reasons.executions.failure import Failure
from constructs_lib.ops.reasons.explanations import Finding, shortened
from constructs_lib.ops.reasons.failed import finding
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.waiting.blocked import blocked
from constructs_lib.ops.reasons.waiting.environments import of_environments
from tests.unit.ops.reasons.described import environment, job

_FILE: Final = Path(__file__).parents[1] / "unit" / "ops" / "reasons" / "recorded.json"
_MOST: Final = 150
_LONG_PATH: Final = re.compile(r"/[\w./-]{60,}")
_HEAD: Final = "| what AWS writes | what it means | what to do | reported in |\n|---|---|---|---|\n"


def table(group: str) -> str:
    """A table of a group of recorded texts, with what `why` says of each."""
    return _HEAD + "".join(_rows(group))


def _rows(group: str) -> Iterator[str]:
    recorded: list[dict[str, str]] = json.loads(_FILE.read_text())[group]
    for row in recorded:
        found = _explained(group, row)
        means = found.sentence.removeprefix("Compute environment spot is INVALID, so that it starts no instances: ")
        do = " ".join(fix.text for fix in found.fixes[:2])
        text = f"{row['error']}: {row['text']}" if "error" in row else row["text"]
        text = _LONG_PATH.sub("/…", text)  # what people search for often stands behind it
        cells = (f"`{shortened(text, _MOST)}`", f"{_capital(means)} `{found.cause}`", do, _link(row["source"]))
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _explained(group: str, row: dict[str, str]) -> Finding:
    text, found = row["text"], None
    if group == "blocked":
        found = blocked(job(status="RUNNABLE", statusReason=text))
    elif group == "invalid environments":
        role = "arn:aws:iam::111122223333:role/batch"
        [found] = of_environments([environment() | {"status": "INVALID", "statusReason": text, "serviceRole": role}])
    elif group == "executions":
        role = "arn:aws:iam::111122223333:role/machine"
        found = explained(Failure(error=row["error"], cause=text, state="Render", role=role))
    else:
        attempt = {"container": {"reason": text}, "statusReason": "Task failed to start"}
        found = finding(FailedJob(job=job(statusReason="Task failed to start", attempts=[attempt])))
    assert found is not None, text
    return found


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _link(source: str) -> str:
    host, _, path = source.removeprefix("https://").partition("/")
    return f"[{path if host == 'github.com' else host}]({source})"
