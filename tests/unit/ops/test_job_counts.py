"""Jobs by state: lists of several pages, arrays in every state, and lists that are cut."""

from typing import Any

from constructs_lib.ops.queues.job_counts import count_jobs
from tests.unit.ops.accounts import Stubbed

SECOND = 1_000


def job(number: int, status: str, **more: Any) -> dict[str, Any]:
    return {"jobId": f"job-{number}", "jobName": "work", "status": status, "createdAt": number * SECOND, **more}


def array(number: int, status: str, size: int) -> dict[str, Any]:
    return job(number, status, arrayProperties={"size": size})


def counted(lists: dict[str, list[list[dict[str, Any]]]], summaries: dict[str, Any], limit: int = 100) -> Any:
    """The counts of a queue whose lists of states have these pages, with what DescribeJobs tells of its arrays."""

    def listed(**request: Any) -> Any:
        if "arrayJobId" in request:
            child = {**job(50, "RUNNING"), "jobId": f"{request['arrayJobId']}:0", "startedAt": 60 * SECOND}
            return {"jobSummaryList": [child]}
        pages = lists.get(request["jobStatus"], [[]])
        more = [{"nextToken": "more"}] * (len(pages) - 1) + [{}]
        return [{"jobSummaryList": page, **token} for page, token in zip(pages, more, strict=True)]

    def described(jobs: list[str]) -> Any:
        return {"jobs": [{"jobId": name, "arrayProperties": {"statusSummary": summaries[name]}} for name in jobs]}

    batch = Stubbed({"batch.list_jobs": listed, "batch.describe_jobs": described}).client("batch")
    return count_jobs(batch, ["queue"], limit=limit)["queue"]


def test_children_count_each_and_the_array_that_holds_them_does_not() -> None:
    summary = {"SUBMITTED": 0, "RUNNABLE": 5, "RUNNING": 2, "SUCCEEDED": 3}
    counts = counted(
        {"PENDING": [[array(1, "PENDING", 10), job(2, "PENDING")]], "RUNNABLE": [[job(3, "RUNNABLE")]]},
        {"job-1": summary},
    )
    assert dict(counts.states) == {"PENDING": 1, "RUNNABLE": 6, "RUNNING": 2, "SUCCEEDED": 3}
    assert counts.oldest["RUNNABLE"].id == "job-1"
    assert (counts.oldest["RUNNING"].id, counts.oldest["RUNNING"].since.timestamp()) == ("job-1:0", 60)
    assert (counts.waiting, counts.active, counts.cut) == (7, 2, set())


def test_a_list_that_tells_the_children_is_believed_and_an_array_that_succeeded_is_known() -> None:
    told = array(1, "FAILED", 4)
    told["arrayProperties"]["statusSummary"] = {"SUCCEEDED": 3, "FAILED": 1}
    counts = counted({"FAILED": [[told]], "SUCCEEDED": [[array(2, "SUCCEEDED", 7)]]}, {})
    assert dict(counts.states) == {"SUCCEEDED": 10, "FAILED": 1}


def test_lists_go_over_pages_and_are_cut_where_they_are_not_counted_to_the_end() -> None:
    pages = [[job(number, "RUNNABLE") for number in range(first, first + 3)] for first in (6, 3, 0)]
    assert (counted({"RUNNABLE": pages}, {}).shown("RUNNABLE"), counted({"RUNNABLE": pages}, {}).cut) == ("9", set())
    for limit, shown in ((8, "8+"), (6, "6+"), (9, "9"), (1, "1+")):
        assert counted({"RUNNABLE": pages}, {}, limit).shown("RUNNABLE") == shown
    assert counted({"RUNNABLE": pages}, {}).oldest["RUNNABLE"].id == "job-0"


def test_an_array_that_was_not_counted_may_have_children_in_any_state() -> None:
    pages = [[array(2, "PENDING", 5)], [array(1, "PENDING", 5)]]
    counts = counted({"PENDING": pages}, {"job-2": {"RUNNABLE": 5}}, limit=1)
    assert counts.shown("RUNNABLE") == "5+"
    assert {"RUNNING", "FAILED"} <= counts.cut
    ended = counted({"FAILED": [[array(2, "FAILED", 5)], [array(1, "FAILED", 5)]]}, {"job-2": {"FAILED": 5}}, limit=1)
    assert ended.cut == {"SUCCEEDED", "FAILED"}
