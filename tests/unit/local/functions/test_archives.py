"""Archives of functions are unpacked whole or not at all, and nothing of them outside."""

import io
import stat
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.functions import archives
from constructs_lib.local.functions.archives import ArchiveError, unpack


def archive(**members: str) -> bytes:
    return archive_of(list(members.items()))


def archive_of(members: list[tuple[str, str]], *, links: tuple[str, ...] = ()) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.external_attr = ((stat.S_IFLNK if name in links else stat.S_IFREG) | 0o777) << 16
            made.writestr(info, text)
    return written.getvalue()


def there(directory: Path) -> dict[str, str]:
    return {str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()}


def test_an_archive_is_unpacked(tmp_path: Path) -> None:
    unpack(archive_of([("index.py", "1"), ("lib/a.py", "2")]), tmp_path / "functions" / "code")
    assert there(tmp_path) == {"functions/code/index.py": "1", "functions/code/lib/a.py": "2"}


def test_an_empty_archive_is_an_empty_directory(tmp_path: Path) -> None:
    unpack(archive(), tmp_path / "code")
    assert list((tmp_path / "code").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../evil", "../../evil", "/evil", "//evil", "a/../../../evil", "./../evil", "/", "..\\evil"]
)
def test_no_name_leads_out(tmp_path: Path, name: str) -> None:
    code = tmp_path / "a" / "b" / "code"
    unpack(archive_of([("index.py", "1"), (name, "evil")]), code)
    assert all(path.startswith("a/b/code/") for path in there(tmp_path))
    assert (code / "index.py").read_text() == "1"


def test_no_link_leads_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    members = [("link", str(outside)), ("up", "../outside")]
    unpack(archive_of(members, links=("link", "up")), tmp_path / "code")
    assert not [path for path in (tmp_path / "code").rglob("*") if path.is_symlink()]
    with pytest.raises(ArchiveError):
        unpack(archive_of([*members, ("link/evil", "x")], links=("link", "up")), tmp_path / "other")
    assert list(outside.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["code", "outside"]


names = st.lists(st.sampled_from(["..", ".", "", "a", "b", "/"]), min_size=1, max_size=6).map("/".join).filter(bool)


@given(st.lists(names, max_size=4, unique=True))
def test_nothing_is_written_outside(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        code = Path(directory) / "a" / "b" / "code"
        try:
            unpack(archive_of([(name, "x") for name in names]), code)
        except ArchiveError:
            assert not code.exists()
        assert all(path.startswith("a/b/code/") for path in there(Path(directory)))


def test_half_an_archive_is_none(tmp_path: Path) -> None:
    whole = archive(index="x" * 10_000)
    for broken in (b"", b"no archive", whole[:50], whole[:40] + bytes([whole[40] ^ 0xFF]) + whole[41:]):
        with pytest.raises(ArchiveError):
            unpack(broken, tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_grows_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)
    with pytest.raises(ArchiveError, match="Unzipped size must be smaller than 1000 bytes"):
        unpack(archive(a="x" * 600, b="x" * 600), tmp_path / "code")
    assert list(tmp_path.iterdir()) == []
