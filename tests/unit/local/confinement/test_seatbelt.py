"""The profile for sandbox-exec. It has not been run: there is no macOS here."""

from pathlib import Path

from constructs_lib.local.confinement.seatbelt import launcher, profile
from constructs_lib.local.confinement.view import View

VIEW = View(
    hidden=(Path("/Users/me"), Path("/Users/me/run")),
    masked=(Path('/keys "new"'),),
    temporary=Path("/Users/me/run/1/tmp"),
    readable=(Path("/Users/me/.venv"),),
    writable=(Path("/Users/me/run/1"),),
)


def test_the_last_rule_that_fits_holds() -> None:
    lines = profile(VIEW).splitlines()
    assert lines[:3] == ["(version 1)", "(allow default)", "(deny file-write*)"]
    order = [
        '(deny file-read* (literal "/keys \\"new\\""))',
        '(deny file-read* (subpath "/Users/me"))',
        '(allow file-read* (subpath "/Users/me/.venv"))',
        '(deny file-read* (subpath "/Users/me/run"))',
        '(allow file-read-metadata (subpath "/Users/me") (subpath "/Users/me/run"))',
        '(allow file-read* (subpath "/Users/me/run/1") (subpath "/Users/me/run/1/tmp"))',
        '(allow file-write* (subpath "/Users/me/run/1") (subpath "/Users/me/run/1/tmp"))',
    ]
    assert [line for line in lines if line in order] == order


def test_parentheses_are_balanced() -> None:
    text = profile(VIEW)
    assert text.count("(") == text.count(")")
    assert all(line.startswith("(") and line.endswith(")") for line in text.splitlines())


def test_paths_are_those_behind_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    view = View(hidden=(), masked=(), temporary=tmp_path / "link", readable=(), writable=())
    assert f'(subpath "{(tmp_path / "real").resolve()}")' in profile(view)


def test_the_profile_is_one_word() -> None:
    assert launcher(VIEW) == ("/usr/bin/sandbox-exec", "-p", profile(VIEW))
