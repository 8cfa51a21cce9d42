"""``constructs-lib plan``: what it prints at a terminal and in a pipe, and how it refuses."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from syrupy.assertion import SnapshotAssertion

from constructs_lib.cli import main
from constructs_lib.local.apps.synthesis import synthesize
from tests.conftest import Once
from tests.local.screens import stable

pytestmark = pytest.mark.local

Call = Callable[..., Result]


@pytest.fixture(scope="session")
def call(once: Once) -> Call:
    """Call the command for the app of planned_pipelines.py, as in a pipe, or with ``columns`` as at a terminal."""
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'planned_pipelines.py'}"
    assembly = once("planned_pipelines.out", lambda output: synthesize(output, app, here.parents[1]))

    def call_(*arguments: str, columns: int | None = None, stack: str = "Planned") -> Result:
        terminal = {"TTY_COMPATIBLE": "1", "COLUMNS": str(columns)} if columns else {"TTY_COMPATIBLE": "0"}
        environment = {"FORCE_COLOR": None, "TERM": "xterm", **terminal}
        command = ["plan", stack, "--assembly", str(assembly), *arguments]
        return CliRunner().invoke(main, command, env=environment)

    return call_


WORK = ("--items", "2000", "--seconds-per-item", "90")


@pytest.mark.parametrize("shape", ["Array", "Map", "Stages", "Distributed", "Mixed"])
def test_a_plan_is_a_table_with_bars_and_what_it_rests_on(call: Call, snapshot: SnapshotAssertion, shape: str) -> None:
    options = ("--items", "400", "--seconds-per-item", "90", "--state-machine", shape, "--reclaim-rate", "5%")
    for columns in (80, 120, None):
        shown = call(*options, columns=columns)
        assert shown.exit_code == 0, shown.output
        assert stable(shown.output) == snapshot


def test_programs_get_json(call: Call) -> None:
    shown = call(*WORK, "--state-machine", "Stages", "--json")
    found = json.loads(shown.stdout)
    assert (found["stack"], found["stateMachine"], found["items"]) == ("Planned", "Stages", 2_000)
    first, *others = found["choices"]
    assert (first["seconds"], first["dollars"]) == (found["seconds"], found["dollars"])
    assert (first["jobs"], first["attempts"], first["maxVcpus"]) == (6_000, 6_000, 20)
    assert sum(line["dollars"] for line in first["bill"]) == pytest.approx(first["dollars"], abs=1e-5)
    assert {other["name"] for other in others} == {"--max-vcpus 10", "--max-vcpus 40", "--max-vcpus 80", "all on Spot"}
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", source["date"]) for source in found["prices"])


def test_a_pipe_gets_a_line_of_cells_for_each_choice(call: Call) -> None:
    shown = call(*WORK, "--state-machine", "Map", "--only")
    [line] = shown.stdout.splitlines()
    what, name, seconds, dollars, at_a_time, max_vcpus = line.split("\t")
    assert (what, name, max_vcpus) == ("choice", "as it is", "40")
    assert float(seconds) > 90 * 2_000 / int(at_a_time)
    assert float(dollars) > 0


def test_a_page_has_the_picture_the_choices_and_what_each_costs(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    shown = call(*WORK, "--state-machine", "Map", "--reclaim-rate", "5%", "--report", str(path), "--json")
    found, page = json.loads(shown.stdout), path.read_text()
    assert "<svg " in page
    assert "default-src 'none'" in page
    for choice in found["choices"]:
        assert f"<td>{choice['name']}</td>" in page
        for line in choice.get("bill", ()):
            assert f"<td>{line['what']}</td>" in page
    assert page.count("<details") == sum("bill" in choice for choice in found["choices"])
    assert "Assumed: 120 s until an instance takes jobs" in page
    for source in found["prices"]:
        assert f"<td>{source['what']}</td><td>{source['date']}</td>" in page


def test_a_picture_is_an_svg_with_a_bar_for_each_choice(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "plan.svg"
    assert call(*WORK, "--state-machine", "Array", "--picture", str(path)).exit_code == 0
    drawn = ET.parse(path).getroot()  # noqa: S314 - it is our own
    bars = [item for item in drawn if item.tag.endswith("rect")]
    texts = [item.text or "" for item in drawn if item.tag.endswith("text")]
    assert len(bars) >= 5
    assert any("as it is" in text for text in texts)
    assert any("vCPUs that jobs hold" in text for text in texts)


def test_own_prices_are_used_and_named(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"fargate": {"X86_64": [1, 0]}, "transition": 0, "put": 0, "get": 0, "source": "our agreement"}')
    options = ("--state-machine", "Stages", "--only", "--json", "--fargate-seconds", "0", "--image-seconds", "0")
    found = json.loads(call(*WORK, *options, "--prices", str(path)).stdout)
    assert found["dollars"] == pytest.approx(2_000 * 90 / 3_600 * (0.25 + 1 + 0.5))
    assert found["prices"][-1] == {"what": "own prices", "date": "no date", "source": "our agreement"}


@pytest.mark.parametrize(
    ("options", "told", "code"),
    [
        (WORK, "has several state machines, name one with --state-machine: Array, Map", 1),
        ((*WORK, "--state-machine", "Nightly"), "no state machine 'Nightly', it has: Array", 1),
        (("--items", "3000", "--seconds-per-item", "1", "--state-machine", "Map"), "takes up to 2,400 items", 1),
        ((*WORK, "--state-machine", "Map", "--items", "Tile=3"), "nothing with items or jobs is called 'Tile'", 1),
        (("--items", "many", "--seconds-per-item", "1"), "'many': expected a whole number, or NAME=a whole number", 2),
        (("--items", "1.5", "--seconds-per-item", "1"), "expected a whole number", 2),
        (("--items", "1", "--seconds-per-item", "-1"), "expected a number", 2),
        (("--items", "1", "--items", "2", "--seconds-per-item", "1"), "it is given twice", 2),
        ((*WORK, "--reclaim-rate", "100%"), "expected a share such as 0.05 or 5%", 2),
        ((*WORK, "--prices", "/nowhere.json"), "/nowhere.json: No such file", 2),
        ((*WORK, "--region", "here"), "expected a region such as us-east-1, got 'here'", 2),
        ((*WORK, "--endpoint", "http://127.0.0.1:1"), "--app and --assembly for an app", 2),
        ((), "Missing option '--items'", 2),
    ],
)
def test_what_cannot_be_planned_is_told_in_a_line(call: Call, options: tuple[str, ...], told: str, code: int) -> None:
    shown = call(*options)
    assert shown.exit_code == code
    assert told in " ".join(shown.output.split())
    assert "Traceback" not in shown.output


def test_a_stack_that_is_not_in_the_app_is_wrong_usage(call: Call) -> None:
    shown = call(*WORK, stack="Planed")
    assert shown.exit_code == 2
    assert "Did you mean Planned?" in shown.output
