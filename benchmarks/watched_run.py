"""`constructs-lib local run`, which also writes down when each of its phases began: what `local_run` starts.

    python -m benchmarks.watched_run MARKS STACK --items ITEMS

It is the same command in the same process; what is added are the moments at which it calls its own parts.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from constructs_lib.cli import main
from constructs_lib.local.commands import apps, options, run

STEPS = {"deploying": "deployment", "running": "execution"}

marks: dict[str, float] = {}


def _mark(phase: str) -> None:
    marks[phase] = time.time()


def _watch_synth(synthesize: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*arguments: Any, **named: Any) -> Any:
        _mark("synth")
        found = synthesize(*arguments, **named)
        _mark("embedded AWS")
        return found

    return watched


def _watch_account(make: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*arguments: Any, **named: Any) -> Any:
        made = make(*arguments, **named)
        _watch_session()  # whose modules have just been imported
        return made

    return watched


def _watch_session() -> None:
    from constructs_lib.local.runs.display import RunProgress  # noqa: PLC0415 - it imports moto, see above
    from constructs_lib.local.runs.execution import Execution  # noqa: PLC0415

    step, wait = RunProgress.step, Execution.wait

    def watched_step(progress: RunProgress, description: str) -> None:
        _mark(STEPS[description.partition(" ")[0]])
        step(progress, description)

    def watched_wait(execution: Execution, *arguments: Any, **named: Any) -> Any:
        outcome = wait(execution, *arguments, **named)
        _mark("tear-down")
        return outcome

    RunProgress.step, Execution.wait = watched_step, watched_wait  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    file, stack, *others = sys.argv[1:]
    apps.synthesize = _watch_synth(apps.synthesize)
    options.AwsOptions.make = _watch_account(options.AwsOptions.make)  # type: ignore[method-assign]
    assert run.run.name == "run"
    try:
        main(["local", "run", stack, *others])
    finally:
        Path(file).write_text(json.dumps(marks))
