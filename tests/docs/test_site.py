"""The site without building it: `make site` does, and checks links and anchors of what is rendered."""

import json
import re
from pathlib import Path

import pytest
import yaml

import constructs_lib
import constructs_lib.local
import constructs_lib.ops
import constructs_lib.testing
from docs.site.nav import filled
from docs.site.reference import public_names, reference
from docs.site.search import QUESTIONS
from docs.site.sources import Sources
from docs.site.versions import publish
from tests.docs.pages import ROOT

LIBRARY = ROOT / "constructs_lib"
NAV = yaml.safe_load((ROOT / "mkdocs.yml").read_text().split("\nnav:\n")[1])


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return dict(Sources(ROOT).pages())


def paths(nav: list[object]) -> list[str]:
    found: list[str] = []
    for entry in nav:
        content = next(iter(entry.values())) if isinstance(entry, dict) else entry
        found += paths(content) if isinstance(content, list) else [str(content)]
    return found


def test_each_page_is_in_the_navigation_once(pages: dict[str, str]) -> None:
    own = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    listed = [*(path for path in pages if not path.startswith("source/")), *reference(LIBRARY)]
    assert own < set(listed)
    assert sorted(paths(filled(NAV, listed))) == sorted(listed)


def test_a_page_without_a_place_is_named() -> None:
    assert filled(["a.md", {"More": ["*.md"]}, {"None": ["b/*.md"]}], ["a.md", "c.md"]) == ["a.md", {"More": ["c.md"]}]
    with pytest.raises(ValueError, match=r"no place for b/c\.md"):
        filled(["*.md"], ["a.md", "b/c.md"])
    with pytest.raises(ValueError, match=r"twice, or pages that are not there: a\.md, b\.md"):
        filled(["a.md", {"More": ["a.md", "b.md"]}], ["a.md"])


def test_links_lead_to_pages_and_pictures_of_the_site(pages: dict[str, str]) -> None:
    there = {*pages, *(path.as_posix() for path in Sources(ROOT).pictures())}
    for path, page in pages.items():
        prose = re.sub(r"^(`{3,}).*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
        for link in re.findall(r"\]\(([^)#\s:]+)[)#]", prose):
            target = (Path("/") / path).parent / link
            assert str(target.resolve().relative_to("/")) in there, f"{link} in {path}"


def test_a_link_out_of_the_docs_leads_to_the_file_itself(pages: dict[str, str]) -> None:
    assert "[`container/`](source/container/Dockerfile.md)" in pages["container.md"]
    assert (ROOT / "container" / "Dockerfile").read_text() in pages["source/container/Dockerfile.md"]
    assert "](versions.py.md)" in pages["source/tests/compat.md"].replace("compat/", "")


@pytest.mark.parametrize("package", [constructs_lib, constructs_lib.local, constructs_lib.testing, constructs_lib.ops])
def test_the_reference_has_every_public_name(package: object) -> None:
    name, every = package.__name__, package.__all__  # type: ignore[attr-defined]
    assert [*public_names(LIBRARY.joinpath(*name.split(".")[1:]))] == every
    said = "\n".join(reference(LIBRARY).values())
    for each, place in public_names(LIBRARY.joinpath(*name.split(".")[1:])).items():
        assert said.count(f"\n::: {place}\n") == 1, each
        module = place.removesuffix(f".{each}").removeprefix("constructs_lib.").replace(".", "/")
        assert (LIBRARY / f"{module}.py").exists() or (LIBRARY / module / "__init__.py").exists()


def test_versions_stand_side_by_side(tmp_path: Path) -> None:
    site, served = tmp_path / "site", tmp_path / "served"
    site.mkdir()
    for version in ("0.9", "0.10", "0.2"):
        (site / "index.html").write_text(version)
        publish(version, site, served)
    known = json.loads((served / "versions.json").read_text())
    assert [each["version"] for each in known] == ["0.10", "0.9", "0.2"]
    assert [each["aliases"] for each in known] == [["latest"], [], []]
    shown = {path.parent.name: path.read_text() for path in served.glob("*/index.html")}
    assert shown == {"0.2": "0.2", "0.9": "0.9", "0.10": "0.10", "latest": "0.10"}
    assert "url=latest/" in (served / "index.html").read_text()


def test_pages_that_answer_questions_are_there(pages: dict[str, str]) -> None:
    there = {path.removesuffix(".md") for path in (*pages, *reference(LIBRARY))}
    assert len(QUESTIONS) >= 30
    for question in QUESTIONS:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", question["asked"]), question
        assert {page for page in question["finds"] if "*" not in page} <= there, question
