"""What a test gives as `seed`, and the place of each object."""

from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.runs.seeds import Seed, seeds_of


@pytest.mark.parametrize(
    ("given", "content"),
    [(b"\x00", b"\x00"), ("text", b"text"), ([1, {"é": None}], '[1, {"é": null}]'.encode()), (None, b"null")],
)
def test_bytes_texts_and_json_are_objects(given: Any, content: bytes) -> None:
    assert seeds_of({"Bucket/in/x": given}) == [Seed(content, "Bucket", "in/x")]


def test_a_path_is_a_file_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    [folder, file] = seeds_of({"Bucket/in": tmp_path, "Bucket/in/": tmp_path / "a.txt"})
    assert list(folder.objects()) == [("in/a.txt", tmp_path / "a.txt")] == list(file.objects())


def test_a_list_says_it_as_the_command_does(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    [seed] = seeds_of([f"{tmp_path}=Bucket/in"])
    assert (seed.bucket, list(seed.objects())) == ("Bucket", [("in/a.txt", tmp_path / "a.txt")])
    with pytest.raises(ValueError, match="there is no file or folder 'nowhere'"):
        seeds_of(["nowhere=Bucket/in"])


def test_nothing_is_nothing() -> None:
    assert seeds_of(None) == []


@pytest.mark.parametrize(
    ("place", "message"),
    [("", "expected BUCKET/KEY"), ("Bucket/", "needs a whole key"), ("Bucket", "needs a whole key")],
)
def test_a_place_that_is_none_is_refused(place: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        seeds_of({place: "text"})


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"seed Bucket/x: there is no .*nowhere"):
        seeds_of({"Bucket/x": tmp_path / "nowhere"})
