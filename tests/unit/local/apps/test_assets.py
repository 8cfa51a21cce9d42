"""What is uploaded for a stack."""

import io
import zipfile
from pathlib import Path

from constructs_lib.local.apps.deployment import _zip


def test_an_asset_that_is_a_directory_is_an_archive_of_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "code.py").write_text("code")
    (tmp_path / "link").symlink_to("package/code.py")
    (tmp_path / "lost").symlink_to("nowhere")
    with zipfile.ZipFile(io.BytesIO(_zip(tmp_path))) as archive:
        assert sorted(archive.namelist()) == ["empty/", "link", "package/", "package/code.py"]
        assert archive.read("link") == b"code"
