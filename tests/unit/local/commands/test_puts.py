"""What `--put` says of files, folders and their places in buckets."""

from pathlib import Path

import click
import pytest

from constructs_lib.local.commands.puts import seed_of


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "scans" / "deep").mkdir(parents=True)
    for name in ("scans/a.txt", "scans/deep/b c.txt", "list.json", "day=1.csv"):
        (tmp_path / name).write_text(name)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("put", "bucket", "keys"),
    [
        ("list.json=Bucket/in/list.json", "Bucket", ["in/list.json"]),
        ("list.json=Bucket/in/", "Bucket", ["in/list.json"]),
        ("list.json=Bucket", "Bucket", ["list.json"]),
        ("list.json=s3://my-bucket/x", "my-bucket", ["x"]),
        ("scans=Bucket/in", "Bucket", ["in/a.txt", "in/deep/b c.txt"]),
        ("scans/=Bucket/in/", "Bucket", ["in/a.txt", "in/deep/b c.txt"]),
        ("scans=Bucket", "Bucket", ["a.txt", "deep/b c.txt"]),
        ("list.json=Bucket/day=1/x.json", "Bucket", ["day=1/x.json"]),
        ("day=1.csv=Bucket/day=1/", "Bucket", ["day=1/day=1.csv"]),
    ],
)
def test_a_file_or_a_folder_goes_to_a_place(put: str, bucket: str, keys: list[str]) -> None:
    seed = seed_of(put)
    assert (seed.bucket, [key for key, _ in seed.objects()]) == (bucket, keys)


@pytest.mark.parametrize(
    ("put", "message"),
    [
        ("list.json", "--put list.json: expected FILE=BUCKET/KEY or FOLDER=BUCKET/KEY"),
        ("nowhere=Bucket/x", "--put nowhere=Bucket/x: there is no file or folder 'nowhere'"),
        ("=Bucket/x", "there is no file or folder ''"),
        ("list.json=", "expected BUCKET/KEY"),
        ("list.json=/x", "expected BUCKET/KEY"),
        ("empty=Bucket/x", "the folder has no files"),
        (f"{'x' * 300}=Bucket/x", "there is no file or folder"),
    ],
)
def test_what_is_none_is_wrong_usage(put: str, message: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        seed_of(put)
    assert message in refused.value.message


def test_a_file_that_cannot_be_read_is_told_before_anything_runs(here: Path) -> None:
    loop = here / "loop"
    loop.symlink_to(loop)
    with pytest.raises(click.UsageError, match="there is no file or folder 'loop'"):
        seed_of("loop=Bucket/x")
