"""Each contract has one home: what its names are is written there, and nowhere else in the library."""

import ast
from pathlib import Path

import pytest

from constructs_lib.core import container_contract, protocol
from constructs_lib.core.protocol import Request, Summary

ROOT = Path(__file__).parents[2]
CORE = ROOT / "constructs_lib" / "core"

VARIABLES = container_contract.SET_BY_FAN_OUTS | {container_contract.ARRAY_INDEX}
# The others are words of every day: "summary", "total", "indexes".
SPOKEN = {
    *(protocol.FAN_OUT, protocol.FIELD, protocol.READ_ITEMS, protocol.PLAN_JOBS),
    *(protocol.RUN_BATCHES, protocol.CHECK_OUTCOME, Request.INDEXES_KEY),
    *(Summary.FAILED_INDEXES_URI, Summary.JOB_IDS_URI, Summary.RESULTS_URI),
}
HOMES = {"container_contract.py": VARIABLES, "protocol.py": SPOKEN}
# The records of jobs, which never leave a state machine, use the same words.
READ = {Summary.FAILED_INDEXES, Summary.JOB_IDS}


def literals(path: Path) -> set[str]:
    """The strings of a file that are a name and nothing else; not those inside of programs, messages and docstrings."""
    strings = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    return {string.removeprefix(": ") for string in strings if isinstance(string, str)}


@pytest.mark.parametrize("home", HOMES)
def test_a_name_of_a_contract_is_written_in_its_home_alone(home: str) -> None:
    assert literals(CORE / home) >= HOMES[home]
    names = {True: HOMES[home], False: HOMES[home] | (READ if home == "protocol.py" else set())}
    others = [path for path in (ROOT / "constructs_lib").rglob("*.py") if path != CORE / home]
    found = {str(path.relative_to(ROOT)): literals(path) & names["workflows" in path.parts] for path in others}
    assert {path: names for path, names in found.items() if names} == {}
