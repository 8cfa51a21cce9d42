"""What of a developer's machine is hidden, and what of it is shown nevertheless."""

import sys
from pathlib import Path

import pytest

from constructs_lib.local.confinement.machine import hidden_directories, masked_files, readable_directories

NOWHERE = Path("/nowhere")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home"
    (made / "bin").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(made))
    monkeypatch.setenv("PATH", f"{made}/bin:{made}:/usr/bin")
    return made


def test_homes_and_sessions_are_hidden(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert {home, tmp_path} <= set(hidden_directories())


def test_the_root_of_everything_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    assert Path("/") not in hidden_directories()


def test_files_that_variables_name_are_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keys").touch()
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "keys"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "not-there"))
    monkeypatch.setenv("DOCKER_HOST", "tcp://localhost:1")
    assert tmp_path / "keys" in masked_files()
    assert tmp_path / "not-there" not in masked_files()


def test_tools_in_a_home_are_shown_and_the_home_is_not(home: Path) -> None:
    shown = readable_directories([home], NOWHERE)
    assert home / "bin" in shown
    assert home not in shown


def test_the_python_that_runs_us_is_shown_where_it_is_hidden() -> None:
    prefix = Path(sys.prefix).resolve()
    assert any(prefix.is_relative_to(shown) for shown in readable_directories([prefix.parent], NOWHERE))
    assert not any(Path(path) in readable_directories([NOWHERE], NOWHERE) for path in (sys.prefix, sys.base_prefix))


def test_a_project_that_is_installed_as_it_stands_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, project, other = (tmp_path / name for name in ("site", "home/project", "home/other"))
    for directory in (site / "own-1.dist-info", project, other):
        directory.mkdir(parents=True)
    (site / "own-1.dist-info" / "direct_url.json").write_text(
        f'{{"url": "{project.as_uri()}", "dir_info": {{"editable": true}}}}'
    )
    (site / "other.pth").write_text(f"import os\n{other}\n{tmp_path}/gone\n")
    monkeypatch.setattr("constructs_lib.local.confinement.machine.sites", lambda: [site])
    assert {project, other} <= set(readable_directories([tmp_path / "home"], project / "build"))
