"""Puts a version of the site beside those that are published: ``python -m docs.site.versions 0.1 DIRECTORY``.

The directory has one for each version, ``latest`` with the newest one, and ``versions.json``, which the pages read for
the list of versions in their header: mike's layout, which MkDocs and Zensical know. mike itself builds with MkDocs.
"""

import json
import shutil
import sys
from pathlib import Path

from docs.site.build import SITE, build

_TO_LATEST = """\
<!doctype html>
<meta charset="utf-8">
<title>constructs_lib</title>
<meta http-equiv="refresh" content="0; url=latest/">
<a href="latest/">constructs_lib</a>
"""


def publish(version: str, site: Path, into: Path) -> None:
    """Add a version, or replace it.

    Args:
        version: its major and minor number, such as ``0.1``.
        site: what was built for it.
        into: the directory of all versions, which is what a web server serves.
    """
    listed = into / "versions.json"
    known = [each["version"] for each in json.loads(listed.read_text())] if listed.exists() else []
    newest, *older = sorted({version, *known}, key=_numbers, reverse=True)
    shutil.rmtree(into / version, ignore_errors=True)
    shutil.copytree(site, into / version)
    if version == newest:
        shutil.rmtree(into / "latest", ignore_errors=True)
        shutil.copytree(site, into / "latest")
    entries = [_entry(newest, ["latest"]), *(_entry(each, []) for each in older)]
    listed.write_text(json.dumps(entries, indent=2) + "\n")
    (into / "index.html").write_text(_TO_LATEST)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _entry(version: str, aliases: list[str]) -> dict[str, object]:
    return {"version": version, "title": version, "aliases": aliases}


if __name__ == "__main__":
    build(sys.argv[1])
    publish(sys.argv[1], SITE, Path(sys.argv[2]))
