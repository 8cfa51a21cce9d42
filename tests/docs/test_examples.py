"""Every file in docs/examples runs, as a module and from the top of the repository, as `make demo` does."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_example_runs(example: Path) -> None:
    module = f"docs.examples.{example.stem}"
    process = subprocess.run([sys.executable, "-m", module], cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert process.stdout.strip()


def test_make_demo_is_an_example() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "-m docs.examples.weather_demo" in makefile
    assert "weather_demo" in [path.stem for path in EXAMPLES]
