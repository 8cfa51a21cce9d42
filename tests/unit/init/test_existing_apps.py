"""`constructs-lib init --into`: a pipeline more for an app that exists."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from constructs_lib.init.command import init
from constructs_lib.init.existing_app import AppError, NotPlainError, find_app, with_stack

PLAIN = """#!/usr/bin/env python3
import os

import aws_cdk as cdk

from shop.shop_stack import ShopStack

app = cdk.App()
ShopStack(
    app,
    "Shop",
    # env=cdk.Environment(account="123456789012", region="us-east-1"),
)

app.synth()
"""
"""As `cdk init app --language python` writes it."""
IMPORT, CALL = "from tiles_stack import TilesStack", 'TilesStack({app}, "Tiles")'


def added(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(init, [*arguments, "--no-snapshot"], input=answers)


def files() -> dict[str, str]:
    return {str(path): path.read_text() for path in Path().rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def _app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app.py").write_text(PLAIN)
    Path("cdk.json").write_text('{"app": "python3 app.py"}')


def test_a_plain_program_gets_the_import_and_the_stack_and_nothing_else() -> None:
    before = PLAIN.splitlines()
    after = with_stack(PLAIN, [IMPORT], CALL, "Tiles").splitlines()
    assert [line for line in after if line not in before] == [IMPORT, 'TilesStack(app, "Tiles")']
    assert [line for line in after if line not in (IMPORT, 'TilesStack(app, "Tiles")')] == before
    assert after.index(IMPORT) == after.index("from shop.shop_stack import ShopStack") + 1
    assert after.index('TilesStack(app, "Tiles")') == after.index("app.synth()") - 1


@pytest.mark.parametrize(
    "program",
    [
        "from aws_cdk import App\nbuilt: App = App(context={})\nbuilt.synth()\n",
        "import aws_cdk\nbuilt = aws_cdk.App()\n\n\nbuilt.synth(validate=True)\n",
        "from aws_cdk import (\n    App,\n)\nbuilt = App()\nbuilt.synth()",
    ],
)
def test_the_app_may_have_any_name(program: str) -> None:
    lines = with_stack(program, [IMPORT], CALL, "Tiles").splitlines()
    assert lines[-2] == 'TilesStack(built, "Tiles")'
    compile("\n".join(lines), "app.py", "exec")


def test_line_ends_stay_as_they_are() -> None:
    changed = with_stack(PLAIN.replace("\n", "\r\n"), [IMPORT], CALL, "Tiles")
    assert changed.count("\n") == changed.count("\r\n") == PLAIN.count("\n") + 2


def test_what_is_imported_already_is_not_imported_again() -> None:
    changed = with_stack(PLAIN, ["import os", IMPORT], CALL, "Tiles")
    assert changed.count("import os") == 1


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import aws_cdk as cdk\ncdk.App().synth()\n", "does not make one app at its top level"),
        ("from aws_cdk import App\ndef main():\n    app = App()\n    app.synth()\n", "does not make one app"),
        ("from aws_cdk import App\na = App()\nb = App()\na.synth()\nb.synth()\n", "it makes several apps"),
        ("from aws_cdk import App\napp = App()\nassembly = app.synth()\n", r"does not call app.synth\(\) once"),
        ("from aws_cdk import App\napp = App(); app.synth()\n", "several statements in one line"),
        ("import os; from aws_cdk import App\napp = App()\napp.synth()\n", "several statements in one line"),
        ("app = App()\napp.synth()\n", "imports nothing"),
        ("app = App(\n", "line 1 is no Python"),
    ],
)
def test_a_program_that_is_not_plain_is_left_to_who_knows_it(program: str, reason: str) -> None:
    with pytest.raises(NotPlainError, match=reason):
        with_stack(program, [IMPORT], CALL, "Tiles")


@pytest.mark.parametrize("call", ['Stack(app, "Tiles")', 'Stack(scope=app, construct_id="Tiles")'])
def test_a_stack_that_the_program_makes_already_is_not_made_twice(call: str) -> None:
    with pytest.raises(AppError, match="makes a stack Tiles already"):
        with_stack(PLAIN.replace("app.synth()", f"{call}\napp.synth()"), [IMPORT], CALL, "Tiles")


def test_it_writes_beside_the_modules_of_the_app_and_says_what_it_did() -> None:
    result = added("tiles", "--into", "--yes")
    assert result.exit_code == 0, result.output
    assert files().keys() == {
        "app.py",
        "cdk.json",
        "conftest.py",
        "tests/test_tiles.py",
        "tiles_items.json",
        "tiles_job/texts.py",
        "tiles_stack.py",
    }
    assert Path("app.py").read_text() == with_stack(PLAIN, [IMPORT], CALL, "Tiles")
    assert (
        f"changed: app.py: it has these lines now, and all others as they were:\n  {IMPORT}\n  Tiles" in result.stdout
    )
    assert "constructs-lib local run Tiles --items tiles_items.json" in result.stdout
    assert '.parent / "tiles_job"' in Path("tiles_stack.py").read_text()


def test_a_second_time_it_is_refused_and_nothing_is_changed() -> None:
    added("tiles", "--into", "--yes")
    before = files()
    result = added("tiles", "--into", "--yes", "--kind", "map")
    assert result.exit_code == 2
    assert "app.py makes a stack Tiles already. Nothing was written: choose another name" in result.stderr
    assert files() == before


def test_files_that_are_there_stay_and_the_program_too() -> None:
    Path("tiles_stack.py").write_text("mine")
    before = files()
    result = added("tiles", "--into", "--yes")
    assert result.exit_code == 2
    assert "has files of these names already: tiles_stack.py. Nothing was written" in result.stderr
    assert files() == before


def test_a_second_pipeline_stands_beside_the_first() -> None:
    assert added("tiles", "--into", "--yes").exit_code == 0
    assert added("frames", "--into", ".", "--kind", "gpu", "--yes").exit_code == 0
    assert [line for line in Path("app.py").read_text().splitlines() if line.endswith('s")')] == [
        'TilesStack(app, "Tiles")',
        'FramesStack(app, "Frames")',
    ]
    assert Path("frames_job/texts.py").exists()


def test_a_looked_up_vpc_needs_an_account() -> None:
    added("tiles", "--into", "--yes", "--vpc-id", "vpc-0123456789abcdef0")
    program = Path("app.py").read_text()
    compile(program, "app.py", "exec")
    assert program.count("import os\n") == 1
    assert "from aws_cdk import Environment\n" in program
    assert 'TilesStack(app, "Tiles", env=Environment(account=' in program


def test_a_program_that_is_not_plain_is_not_changed_and_the_lines_are_told() -> None:
    Path("app.py").write_text("from aws_cdk import App\n\nApp().synth()\n")
    result = added("tiles", "--into", "--yes")
    assert result.exit_code == 0
    assert "not changed: app.py: it does not make one app at its top level. Add to it:\n" in result.stdout
    assert f'  {IMPORT}\n  TilesStack(app, "Tiles")\n' in result.stdout
    assert Path("app.py").read_text() == "from aws_cdk import App\n\nApp().synth()\n"
    assert Path("tiles_stack.py").exists()


def test_a_program_without_a_file_is_told_what_it_lacks() -> None:
    Path("cdk.json").write_text('{"app": "python3 -m infrastructure"}')
    result = added("tiles", "--into", "--yes")
    assert "not changed: the app: cdk.json does not name its file. Add to it:\n" in result.stdout


def test_an_app_of_another_directory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    result = added("tiles", "--into", "..", "--yes")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "tiles_stack.py").exists()
    assert "  cd ..\n  pytest tests/test_tiles.py\n" in result.stdout


def test_modules_are_where_the_program_is() -> None:
    Path("infrastructure").mkdir()
    Path("app.py").rename("infrastructure/app.py")
    Path("cdk.json").write_text('{"app": ".venv/bin/python \'infrastructure/app.py\' --stage dev"}')
    result = added("tiles", "--into", "--yes")
    assert result.exit_code == 0, result.output
    assert Path("infrastructure/tiles_stack.py").exists()
    assert "constructs-lib local run Tiles --items infrastructure/tiles_items.json" in result.stdout


def test_without_a_cdk_json_it_is_app_py() -> None:
    Path("cdk.json").unlink()
    assert find_app(Path()).file == Path("app.py")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("npx ts-node --prefer-ts-exts bin/app.ts", "is an app for npx, and the stack would be in Python"),
        ("mvn -e -q compile exec:java", "is an app for mvn"),
        ("python3 gone.py", "runs gone.py, which does not exist"),
    ],
)
def test_an_app_that_takes_no_python_is_refused(command: str, told: str) -> None:
    Path("cdk.json").write_text(f'{{"app": "{command}"}}')
    before = files()
    result = added("tiles", "--into", "--yes")
    assert result.exit_code == 2
    assert told in result.stderr
    assert files() == before


@pytest.mark.parametrize("directory", ["tiles", "empty"])
def test_a_directory_without_an_app_is_refused_before_anything_is_asked(directory: str) -> None:
    Path("empty").mkdir()
    result = added("--into", directory)
    assert result.exit_code == 2
    assert f"{directory} has no app: neither a cdk.json" in result.stderr


def test_a_broken_cdk_json_is_told() -> None:
    Path("cdk.json").write_text("{")
    result = added("tiles", "--into", "--yes")
    assert result.exit_code == 2
    assert "cdk.json" in result.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conftest.py", ""),
        ("tests/__init__.py", ""),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["."]\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = "src ."\n'),
    ],
)
def test_tests_that_find_the_modules_already_need_no_conftest(name: str, text: str) -> None:
    Path("tests").mkdir()
    Path(name).write_text(text)
    assert added("tiles", "--into", "--yes").exit_code == 0
    assert not Path("conftest.py").exists() or name == "conftest.py"
    assert Path(name).read_text() == text


@pytest.mark.parametrize("text", ["[", "[tool]\npytest = 1\n", '[tool.pytest.ini_options]\npythonpath = ["src"]\n'])
def test_settings_that_say_nothing_of_it_are_as_good_as_none(text: str) -> None:
    Path("pyproject.toml").write_text(text)
    assert added("tiles", "--into", "--yes").exit_code == 0
    assert Path("conftest.py").exists()
