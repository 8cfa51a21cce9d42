"""One table of options by strategies: the table, the signatures, the docstrings and the pages say the same."""

import inspect
import re
from pathlib import Path
from typing import get_type_hints

import pytest
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

import constructs_lib
from constructs_lib import ArrayFanOut, ConfigurationError, Strategy
from constructs_lib.core.checked.options import options_in
from constructs_lib.workflows.fan_out.map.map_fan_out import MapFanOut
from constructs_lib.workflows.fan_out.strategy import ROWS, Row
from tests.unit.workflows.synthesized import job, new_stack, queue

TOLERANCE = {"tolerated_failures", "tolerated_failure_percentage"}
LIST = TOLERANCE | {"environment", "bucket"}
JOBS = LIST | {
    "fallback_queue",
    "memory_steps",
    "skip_finished",
    "job_name",
    "attempts",
    "timeout",
    "tags",
    "share_identifier",
    "scheduling_priority",
    "propagate_tags",
}
TAKEN = {
    "ArrayFanOut": JOBS,
    "MapFanOut": JOBS,
    "DistributedFanOut": JOBS,
    "EcsTaskFanOut": LIST,
    "LambdaFanOut": TOLERANCE,
    "ArrayPipeline": LIST,
}
"""Which strategy takes which options: by hand, because what the code says of itself is what is tested."""

PAGES = Path(__file__).parents[4] / "docs"

rows = pytest.mark.parametrize("row", ROWS, ids=[row.construct.__name__ for row in ROWS])


def test_the_table_says_which_options_each_strategy_takes() -> None:
    assert {row.construct.__name__: set(options_in(row.options)) for row in ROWS} == TAKEN


def test_each_member_of_strategy_has_one_row_and_some_rows_have_none() -> None:
    assert sorted(row.strategy.name for row in ROWS if row.strategy) == sorted(each.name for each in Strategy)
    assert {row.construct.__name__ for row in ROWS if not row.strategy} == {
        "EcsTaskFanOut",
        "LambdaFanOut",
        "ArrayPipeline",
    }


@rows
def test_the_signature_has_every_option_with_its_type_and_its_default(row: Row) -> None:
    parameters = inspect.signature(row.construct).parameters
    hints = get_type_hints(row.options)
    shown = {name: (parameters[name].annotation, parameters[name].default) for name in hints}
    assert shown == {name: (hints[name], option.default) for name, option in options_in(row.options).items()}
    assert {parameters[name].kind for name in hints} == {inspect.Parameter.KEYWORD_ONLY}


def test_a_class_derived_from_a_strategy_has_the_signature_of_its_own_constructor() -> None:
    class Tiles(ArrayFanOut):
        def __init__(self, scope: Construct, *, zoom: int) -> None:
            super().__init__(scope, f"Tiles{zoom}", job=job(scope), queue=queue(scope))

    class Plain(ArrayFanOut):
        pass

    assert [*inspect.signature(Tiles).parameters] == ["scope", "zoom"]
    assert inspect.signature(Plain) == inspect.signature(ArrayFanOut)
    assert Tiles(new_stack(), zoom=3).start_state.state_id == "Tiles3: Read items"


@rows
def test_the_docstring_says_what_each_option_is_once(row: Row) -> None:
    documentation, names = row.construct.__doc__, [*inspect.signature(row.construct).parameters]
    assert {name: documentation.count(f"\n    {name}: ") for name in names} == dict.fromkeys(names, 1)
    assert "    tolerated_failures: number of items that may fail without failing the execution." in documentation


@rows
def test_each_strategy_is_a_fragment_on_a_page(row: Row) -> None:
    assert issubclass(row.construct, sfn.StateMachineFragment)
    assert row.construct.__name__ in (PAGES / "pipelines.md").read_text("utf-8")


def test_a_strategy_is_one_file_a_row_of_the_table_and_a_public_name() -> None:
    """The Map over Lambda is the example of docs/architecture.md.

    No other file of the package names it, but the table of what `constructs-lib plan` knows of each kind of mark.
    """
    package = Path(constructs_lib.__file__).parent
    naming_it = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search("LambdaFanOut|lambda_fan_out", path.read_text("utf-8"))
    }
    assert naming_it == {
        "__init__.py",
        "ops/planning/fan_outs.py",
        "workflows/fan_out/functions/lambda_fan_out.py",
        "workflows/fan_out/strategy.py",
    }
    assert [path.name for path in (package / "workflows/fan_out/functions").glob("[!_]*.py")] == ["lambda_fan_out.py"]


def test_an_unknown_option_is_an_error_when_it_runs_and_for_mypy() -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=r"got an argument tolerated_failure, .*Write tolerated_failures=…"):
        # `make types` fails if mypy takes it: an ignore that nothing needs is an error.
        MapFanOut(stack, "Tiles", job=job(stack), queue=queue(stack), tolerated_failure=1)  # type: ignore[call-arg]
