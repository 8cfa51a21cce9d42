"""The picture and the page: well-formed, self-contained, escaped, and with everything in them."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from constructs_lib.local.runs.report import Bar, Failure, Report, bars, render, timeline_svg
from constructs_lib.local.runs.report.drawing import MOST_BARS
from constructs_lib.local.runs.report.page import MOST_ROWS

Make = Callable[..., dict[str, Any]]
SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 our own picture


def rectangles(svg: str, kind: str) -> list[ET.Element]:
    return [
        item
        for item in parsed(svg).iter(f"{SVG}rect")
        if item.get("class") == kind and item.find(f"{SVG}title") is not None
    ]


def many(count: int) -> list[Bar]:
    return [Bar(f"a:{index}", "a", "q", 1, 1, 0, index, index + 2, "succeeded", "") for index in range(count)]


def test_every_attempt_is_a_bar_whose_title_says_what_it_was(job: Make, ran: Make) -> None:
    jobs = [job(ran(1, 3), ran(4, 9), job_id="first"), job(ran(2, 9, 1), job_id="second", status="FAILED")]
    svg = timeline_svg(bars(jobs, now=10))
    assert [len(rectangles(svg, kind)) for kind in ("succeeded", "failed", "retried")] == [1, 1, 1]
    [failed] = rectangles(svg, "failed")
    assert "attempt 1: failed, 2 vCPUs" in (failed.findtext(f"{SVG}title") or "")


def test_jobs_side_by_side_are_drawn_one_above_the_other(job: Make, ran: Make) -> None:
    svg = timeline_svg(bars([job(ran(1, 9), job_id=name) for name in ("a", "b")], now=10))
    low, high = sorted(float(item.get("y", "")) for item in rectangles(svg, "succeeded"))
    assert high - low >= 18


def test_a_panel_for_each_queue_and_a_line_for_its_limit(job: Make, ran: Make) -> None:
    jobs = [job(ran(1, 9)), job(ran(1, 9), jobQueue="arn:x/Other")]
    svg = timeline_svg(bars(jobs, now=10), {"Other": [(0, 4), (5, 20)]})
    heads = [item.text for item in parsed(svg).iter(f"{SVG}text") if item.get("class") == "head"]
    assert heads == ["Bulk: 1 job in 9 s", "Other: 1 job in 9 s"]
    [limit] = [item for item in parsed(svg).iter(f"{SVG}path") if item.get("class") == "limit"]
    assert (limit.get("d") or "").count("V") == 1


def test_very_many_attempts_are_one_area() -> None:
    svg = timeline_svg(many(MOST_BARS + 1))
    assert rectangles(svg, "succeeded") == []
    assert 'class="area"' in svg


def test_a_run_without_jobs_says_so() -> None:
    assert "No job was submitted." in timeline_svg([])


def test_the_page_tells_everything_and_loads_nothing(job: Make, ran: Make) -> None:
    jobs = [job(ran(1, 3), job_id="good"), job(ran(2, 9, 7), job_id="array:4", jobName="bad", status="FAILED")]
    page = render(
        Report(
            title="Weather <b>",
            status="FAILED",
            bars=bars(jobs, now=10),
            error="States.TaskFailed",
            cause="a & b",
            failures=[Failure("bad [4]", "Traceback <module>")],
            notes=["seed 7"],
        )
    )
    assert "Weather &lt;b&gt;" in page
    assert "States.TaskFailed: a &amp; b" in page
    assert "Traceback &lt;module&gt;" in page
    assert "seed 7" in page
    rows = re.findall(r"<tr><td>(.*?)</td>", page)
    assert rows == ["bad [4]", "name"], "failed jobs come first"
    assert not re.findall(r"(?:src|href)=|@import|url\(", page)
    assert page.count("<svg") == 1


def test_a_long_table_is_cut_and_says_so() -> None:
    page = render(Report("many", "SUCCEEDED", many(MOST_ROWS + 5)))
    assert page.count("<tr><td>") == MOST_ROWS
    assert "… and 5 more jobs." in page
