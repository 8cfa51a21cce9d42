"""The import of the embedded AWS while the app is synthesized, and the commands that are imported when asked for."""

import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner

from constructs_lib import cli
from constructs_lib.cli import main
from constructs_lib.local.commands import loading
from constructs_lib.local.commands.lazy import EXTRAS, LazyGroup


def printed(script: str) -> list[str]:
    """What a new Python prints."""
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return told.stdout.split()


def test_a_group_imports_the_command_that_is_called_and_no_other() -> None:
    script = (
        "import sys; from constructs_lib.cli import main; main(['rerun', '--help'], standalone_mode=False)\n"
        "print('NAMES', *(name for name in sys.modules if name.startswith('constructs_lib.')))"
    )
    names = printed(script)[printed(script).index("NAMES") :]
    assert "constructs_lib.ops.commands.rerun" in names
    assert {"constructs_lib.graph.command", "constructs_lib.local.commands.run"} & set(names) == set()


@pytest.mark.parametrize(
    ("arguments", "commands"),
    [
        (["--help"], " ".join(sorted(cli._COMMANDS))),
        (["local", "--help"], "advance deploy down faults logs ps run submit up"),
    ],
)
def test_the_help_of_a_group_has_all_commands(arguments: list[str], commands: str) -> None:
    shown = CliRunner().invoke(main, arguments).output.partition("Commands:\n")[2]
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("  ") and line[2] != " "] == (
        commands.split()
    )


def test_a_command_that_there_is_not_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["local", "walk"])
    assert result.exit_code == 2
    assert "No such command 'walk'" in result.output


def test_a_package_that_is_not_installed_is_named_with_how_to_install_it() -> None:
    group = LazyGroup("group", modules={"command": "a_package_that_is_not_there"})
    result = CliRunner().invoke(group, ["command"])
    assert result.exit_code == 1
    assert result.output == f"constructs-lib: the package a_package_that_is_not_there is not installed: {EXTRAS}\n"


def test_loading_imports_everything_in_a_thread_and_leaves_the_garbage_collector_as_it_was() -> None:
    script = (
        "import gc, sys; from constructs_lib.local.commands.loading import load, loading\n"
        "print(gc.isenabled(), 'moto' in sys.modules)\n"
        "with loading(): load()\n"
        "import boto3; print(isinstance(boto3.Session, type))\n"
        "loaded = [name in sys.modules for name in ('constructs_lib.local.aws', 'moto.stepfunctions.parser.models')]\n"
        "print(gc.isenabled(), gc.get_freeze_count() > 0, *loaded)"
    )
    assert printed(script) == ["True", "False", "True", "True", "True", "True", "True"]


def test_loading_stops_early_when_the_synth_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[str] = []
    began, failed = threading.Event(), threading.Event()

    def slow(name: str) -> None:
        imported.append(name)
        began.set()
        failed.wait(10)

    monkeypatch.setattr(loading, "import_module", slow)
    monkeypatch.setattr(loading, "_loaded", False)

    def fail() -> None:
        began.wait(10)
        threading.Timer(0.1, failed.set).start()
        raise ValueError("the app")

    with pytest.raises(ValueError, match="the app"), loading.loading():
        fail()
    assert imported == ["moto.server"]


def test_what_cannot_be_imported_is_told_to_whoever_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(loading, "import_module", missing)
    monkeypatch.setattr(loading, "_loaded", False)
    with loading.loading():
        pass
    with pytest.raises(ModuleNotFoundError, match=r"moto\.server"):
        loading.load()
