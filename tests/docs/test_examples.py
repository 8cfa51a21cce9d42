"""Every file in docs/examples runs; here as its `main` is called, because Node and aws-cdk-lib then start once."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = {path.stem for path in (ROOT / "docs" / "examples").glob("*.py")}

# What others run as their users do, as a program.
ELSEWHERE = {
    "weather_demo": "tests/local/test_weather.py",
    "resource_shortage": "tests/docs/test_pages.py",
}


@pytest.mark.parametrize("example", sorted(EXAMPLES - ELSEWHERE.keys()))
def test_example_runs(example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    importlib.import_module(f"docs.examples.{example}").main()
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_example_is_a_program(example: str) -> None:
    assert '\nif __name__ == "__main__":\n    main(' in (ROOT / "docs" / "examples" / f"{example}.py").read_text()


def test_what_runs_elsewhere_does() -> None:
    for example, place in ELSEWHERE.items():
        assert example in (ROOT / place).read_text()


def test_make_demo_is_an_example() -> None:
    assert "-m docs.examples.weather_demo" in (ROOT / "Makefile").read_text()
