"""Keys that are easily taken for others: what the worker writes, reads and finds has the key that it was given."""

import json

import pytest

from tests.unit.container.conftest import BUCKET, Objects, RunWorker, WriteHandler

ORDINARY = [
    "with space.json",
    " leading and trailing .json ",
    "two  spaces",
    "é decomposed and é composed",
    "日本語/🙂.json",
    "50%/%20/%2F/%2e%2e/%",
    "a+b&c=d;e,f:g@h!i$j'k(l)*",
    'q?r#s[t]u{v}w|x\\y^z`<>"~',
    "&amp;&lt;.json",
    "..hidden/...",
    "deep/.a/b.",
    "x",
    "\u00a0\u2028\u200b",
    "\ufffd\U0010fffd",
]
BEYOND = ["/leading", "double//slash", "trailing/", "a/../b", "./a", "..", "a/.", "tab\there", "line\nbreak", "del\x7f"]
HANDLER = """
from worker import s3
def handler(items, context):
    return [asked(item) for item in items]
def asked(item):
    before = s3.exists(item)
    s3.write(item, item.encode())
    return [before, s3.exists(item), s3.read(item).decode() == item, s3.exists(item + "x")]
"""


@pytest.mark.parametrize("prefix", ["", "below/"])
def test_an_object_has_the_key_that_it_was_given(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects, prefix: str
) -> None:
    keys = [f"{prefix}keys/{key}" for key in ORDINARY]
    uris = [f"s3://{BUCKET}/{key}" for key in keys]
    blocked = write_handler(HANDLER)
    (blocked / "botocore.py").write_text("raise ImportError(\"No module named 'botocore'\")\n")
    done = run_worker("job:handler", cwd=blocked, ITEMS=json.dumps([uris]), **aws)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [[False, True, True, False]] * len(keys)
    assert objects.keys(f"{prefix}keys/") == sorted(keys, key=str.encode)
    assert [objects.get(key).decode() for key in keys] == uris
    assert {objects.kind(key) for key in keys if not key.endswith(".json")} == {"binary/octet-stream"}


@pytest.mark.parametrize("key", BEYOND)
def test_what_obstore_cannot_name_botocore_writes_or_one_line_tells(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects, key: str
) -> None:
    directory = write_handler("from worker import s3\ndef handler(item, context):\n    s3.write(*item)\n")
    uri = f"s3://{BUCKET}/{key}"
    job = {"ITEMS": json.dumps([[uri, ""]]), **aws}
    done = run_worker("job:handler", cwd=directory, **job)
    assert done.returncode == 0 or "S3Error" in done.stderr  # botocore refuses some of them, too

    before = objects.keys("")
    (directory / "botocore.py").write_text("raise ImportError(\"No module named 'botocore'\")\n")
    without = run_worker("job:handler", cwd=directory, **job)
    assert without.returncode == 1
    assert "control characters, and botocore is not installed: install boto3 in this image" in without.stderr
    assert objects.keys("") == before


def test_a_key_among_many_is_found(run_worker: RunWorker, aws: dict[str, str], objects: Objects) -> None:
    for name in ("1.jso", "1.jso!", "1.json.part", "10.json", "1.json/deep"):
        objects.put(f"many/{name}", "")
    job = {"ITEMS": "[1]", "ITEM_INDEX": "1", "RESULTS_URI": f"s3://{BUCKET}/many", "SKIP_FINISHED": "true", **aws}
    assert run_worker("handlers.echo:handler", **job).stderr == ""
    assert "is finished" in run_worker("handlers.echo:handler", **job).stderr


def test_keys_beside_it_that_obstore_cannot_read_are_left_to_botocore(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects
) -> None:
    directory = write_handler("def handler(item, context):\n    return item\n")
    objects.put("beside/1.jsonx//y", "")
    job = {"ITEMS": "[1]", "ITEM_INDEX": "1", "RESULTS_URI": f"s3://{BUCKET}/beside", "SKIP_FINISHED": "true", **aws}
    assert run_worker("job:handler", cwd=directory, **job).stderr == ""
    (directory / "botocore.py").write_text("raise ImportError(\"No module named 'botocore'\")\n")
    without = run_worker("job:handler", cwd=directory, **job)
    assert without.returncode == 2
    assert "keys beside it have parts that obstore cannot read, and botocore is not installed" in without.stderr
    assert without.stderr.count("\n") == 1


def test_a_text_is_content_and_not_the_path_of_a_file(
    run_worker: RunWorker, write_handler: WriteHandler, aws: dict[str, str], objects: Objects
) -> None:
    directory = write_handler("from worker import s3\ndef handler(item, context):\n    s3.write(item, 'job.py')\n")
    run_worker("job:handler", cwd=directory, ITEMS=json.dumps([f"s3://{BUCKET}/text"]), **aws)
    assert objects.get("text") == b"job.py"
