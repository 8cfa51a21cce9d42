"""Builds the site: puts its pages together, and has Zensical render them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from docs.site.nav import filled
from docs.site.reference import reference
from docs.site.sources import Sources

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "build" / "pages"
SITE = ROOT / "build" / "site"
_MERMAID = '"https://unpkg.com/mermaid@12/dist/mermaid.min.js"'
_HERE = (
    'new URL("assets/javascripts/mermaid.min.js",'
    'new URL(JSON.parse(document.getElementById("__config").textContent).base+"/",location))'
)
_LISTS = ("batch-api/", "checks/", "command-line/", "errors/", "reference/")


def build(version: str = "") -> None:
    """Build the site into build/site. Warnings, such as a link to nothing, are errors.

    Args:
        version: the directory of the site that it is for. Default: its top.
    """
    sources = Sources(ROOT)
    pages = {**dict(sources.pages()), **reference(ROOT / "constructs_lib")}
    shutil.rmtree(PAGES, ignore_errors=True)
    for path, text in pages.items():
        (PAGES / path).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / path).write_text(text)
    for picture in sources.pictures():
        (PAGES / picture).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "docs" / picture, PAGES / picture)
    # The settings name functions of Python, which only Zensical can read and nobody can write: they stay text.
    settings, nav = (ROOT / "mkdocs.yml").read_text().split("\nnav:\n")
    settings = settings.replace("\ndocs_dir: docs\n", f"\ndocs_dir: {PAGES.name}\n")
    settings = settings.replace("\nsite_dir: build/site\n", f"\nsite_dir: {SITE.name}\n")
    listed = [path for path in pages if not path.startswith("source/")]
    written = ROOT / "build" / "mkdocs.yml"
    written.write_text(f"{settings}\n{yaml.safe_dump({'nav': filled(yaml.safe_load(nav), listed)})}")
    shutil.rmtree(SITE, ignore_errors=True)
    subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "--strict", "--clean", "--config-file", written],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MIKE_DOCS_VERSION": version},
        check=True,
    )
    _rank(SITE / "search.json")
    _draw_here(SITE / "assets" / "javascripts")


def _rank(index: Path) -> None:
    """Let pages that explain come before those that list, where the search finds both equally good."""
    found = json.loads(index.read_text())
    found["items"].sort(key=lambda item: item["location"].startswith(_LISTS))
    index.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")))


def _draw_here(programs: Path) -> None:
    """Let pages load what draws their pictures from the site itself, and not from elsewhere."""
    (bundle,) = programs.glob("bundle.*.js")
    before, address, after = bundle.read_text().partition(_MERMAID)
    if not address or _MERMAID in after:
        raise ValueError(f"Zensical no longer loads Mermaid from {_MERMAID}: see how it does")
    shutil.copyfile(Path(sys.prefix) / "mermaid.min.js", programs / "mermaid.min.js")
    bundle.write_text(f"{before}{_HERE}{after}")
