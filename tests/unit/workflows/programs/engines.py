"""The two that evaluate programs: the embedded AWS, and the reference implementation of JSONata, by Node."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from constructs_lib.local.states.expressions import evaluation
from constructs_lib.local.states.expressions.jsonata_functions import FUNCTIONS

HERE: Final = Path(__file__).parent
NODE: Final = Path(sys.executable).with_name("node")
MODULE: Final = HERE / "node_modules" / "jsonata" / "package.json"

UUID: Final = "123e4567-e89b-42d3-a456-426614174000"
MILLIS: Final = 1_700_000_000_000

NOTHING: Final = object()
"""The answer of a program that finds nothing."""


class Refused(Exception):  # noqa: N818 - as a state that fails
    """The program fails."""


class Reference:
    """The reference implementation, in the version that Step Functions evaluates; one process for all questions."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @classmethod
    @contextmanager
    def started(cls) -> Iterator["Reference"]:
        assert MODULE.exists(), "the reference implementation is not there: `make setup` installs it"
        command = [str(NODE), str(HERE / "evaluate.mjs")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield cls(process)
            finally:
                assert process.stdin
                process.stdin.close()

    def answer(self, text: str, states: Any) -> Any:
        """What a program answers, `NOTHING` for nothing.

        Raises:
            Refused: it fails.
        """
        assert self._process.stdin
        assert self._process.stdout
        fixed = {"uuid": UUID, "millis": MILLIS}
        print(json.dumps({"text": text, "states": states, "fixed": fixed}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise Refused(answer["error"])
        return answer.get("value", NOTHING)


def embedded(text: str, states: Any) -> Any:
    """What a program answers in the embedded AWS, `NOTHING` for nothing; a fixture has patched the implementation.

    Raises:
        Refused: it fails.
    """
    with (
        patch.dict(FUNCTIONS, {"uuid": lambda *_: UUID}),
        patch.object(evaluation, "functions_of_time", lambda _: {"millis": lambda *_: MILLIS}),
    ):
        try:
            return evaluation.evaluate(evaluation.parse(text), {"states": states}.__getitem__)
        except evaluation.QueryError as error:
            if "returned nothing" in str(error):
                return NOTHING
            raise Refused(str(error)) from error
