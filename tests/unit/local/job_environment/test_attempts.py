"""Directories of attempts."""

from pathlib import Path

from constructs_lib.local.job_environment.attempts import Attempts


def test_no_two_have_anything_in_common(tmp_path: Path) -> None:
    first, second = Attempts(tmp_path), Attempts(tmp_path)
    made = [first.make(), first.make(), second.make()]
    assert len({directory.path for directory in made}) == 3
    for directory in made:
        assert sorted(path.name for path in directory.path.iterdir()) == ["home", "root", "tmp"]


def test_nothing_is_made_before_the_first(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path / "run")
    attempts.close()
    assert not (tmp_path / "run").exists()


def test_what_a_program_made_read_only_is_removed(tmp_path: Path) -> None:
    attempt = Attempts(tmp_path).make()
    (attempt.home / "a" / "b").mkdir(parents=True)
    (attempt.home / "a" / "b" / "file").touch()
    for path in (attempt.home / "a" / "b" / "file", attempt.home / "a" / "b", attempt.home / "a"):
        path.chmod(0)
    attempt.remove()
    assert not attempt.path.exists()


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    attempt, kept = Attempts(tmp_path / "run").make(), tmp_path / "kept"
    kept.mkdir(0o500)
    (attempt.home / "link").symlink_to(kept)
    (attempt.home / "a").mkdir()
    (attempt.home / "a" / "link").symlink_to(kept)
    (attempt.home / "a").chmod(0)
    attempt.remove()
    assert kept.stat().st_mode & 0o777 == 0o500


def test_closing_removes_all(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path)
    attempts.make()
    attempts.close()
    assert list(tmp_path.iterdir()) == []
