"""No name and no link leads out of a directory."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from constructs_lib.local.paths import below, within

ROOT = Path("/run/logs")
part = st.one_of(
    st.sampled_from(["", ".", "..", "...", "%", "%..", "%2E", "~", "a", "A", "a" * 199, "a" * 300, "é" * 150]),
    st.text(st.characters(categories=["L", "N", "P", "Z", "C", "Cs"]), max_size=8),
)
names = st.lists(part, min_size=1, max_size=6).map("/".join)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prefix/default/0a1b-1", "prefix/default/0a1b-1"),
        ("Größe 1/ü.log", "Größe 1/ü.log"),
        ("../../etc/passwd", "%../%../etc/passwd"),
        ("/etc/passwd", "%/etc/passwd"),
        ("a//b/./c/", "a/%/b/%./c/%"),
        ("", "%"),
        ("100%", "100%25"),
        ("a\x00b\nc\x1b", "a%00b%0Ac%1B"),
        ("\ud800", "%ED%A0%80"),
        ("~/x", "~/x"),
    ],
)
def test_a_name_is_a_file_below(name: str, expected: str) -> None:
    assert below(ROOT, name) == ROOT / expected


@given(names)
@example("../" * 50 + "x")
def test_no_name_leads_out(name: str) -> None:
    found = below(ROOT, name)
    assert os.path.normpath(found) == str(found)
    assert found.is_relative_to(ROOT)
    assert found != ROOT
    assert all(0 < len(os.fsencode(item)) <= 255 for item in found.relative_to(ROOT).parts)


@given(names, names)
@example("a", "./a")
@example("/a", "a")
@example("%..", "..")
@example("a" * 300, "a" * 301)
def test_no_two_names_are_one_file(one: str, other: str) -> None:
    assert (below(ROOT, one) == below(ROOT, other)) == (one == other)


@given(names)
def test_the_file_can_be_made(name: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        found = below(Path(directory), name)
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_text(name, errors="replace")
        assert sum(len(files) for _, _, files in os.walk(directory)) == 1


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "a" / "b").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    return root


@pytest.mark.parametrize(
    ("link", "path", "expected"),
    [
        ("/a", "link/x", "a/x"),
        ("a/b", "link/x", "a/b/x"),
        ("../outside", "link/x", "outside/x"),
        ("../../../../etc", "link", "etc"),
        ("/etc/passwd", "link", "etc/passwd"),
        ("/", "link/a/b", "a/b"),
        (".", "link/link/a", "a"),
        ("a/b/..", "link/x", "a/x"),
        ("a", "../../link/../x", "x"),
        ("nowhere", "link", "nowhere"),
        ("a", "/a/./b//x/", "a/b/x"),
    ],
)
def test_links_are_followed_as_if_the_directory_were_the_root(root: Path, link: str, path: str, expected: str) -> None:
    (root / "link").symlink_to(link)
    assert within(root, path) == root / expected


def test_a_circle_of_links_is_an_error(root: Path) -> None:
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("/one")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        within(root, "one/x")


targets = st.lists(st.sampled_from(["..", ".", "a", "b", "l0", "l1", "l2", "", "etc"]), max_size=5).map("/".join)


@given(st.lists(targets.filter(bool), max_size=3), targets)
def test_no_links_lead_out(links: list[str], path: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve() / "root"
        (root / "a" / "b").mkdir(parents=True)
        for number, target in enumerate(links):
            (root / f"l{number}").symlink_to(target)
        try:
            found = within(root, path)
        except OSError:
            return
        assert found.resolve() == found
        assert found.is_relative_to(root)
