"""An AWS Batch for the tests of `ArrayPipeline`: stages whose items fail by a plan."""

from collections.abc import Collection
from typing import Any

from tests.unit.workflows.interpreter import Execution, Failure, job_failure

NAMES = ("Clean", "Render", "Pack")
Call = dict[str, Any]


def environment(call: Call) -> dict[str, str]:
    return {variable["Name"]: variable["Value"] for variable in call["ContainerOverrides"]["Environment"]}


class Batch:
    """Runs stages by a plan: the indexes that fail in each; a failed child fails those of later stages.

    Args:
        failing: indexes by stage.
        refused: the stage that is not accepted.
        page: children per page.
    """

    def __init__(self, *failing: Collection[int], refused: int | None = None, page: int = 3) -> None:
        self.failing = [set(indexes) for indexes in failing] + [set[int]()] * (len(NAMES) - len(failing))
        self.refused, self.page = refused, page
        self.calls, self.stored = list[Call](), list[Call]()
        self.stopped = list[str]()

    def submit(self, call: Call) -> Call:
        place = len(self.calls)
        if place == self.refused:
            raise Failure("Batch.ClientException", "Not like this.")
        self.calls.append(call)
        return {"JobId": f"job-{place}", "JobName": call["JobName"]}

    def submit_and_wait(self, call: Call) -> Call:
        answer = self.submit(call)
        if any(self.failing):
            raise job_failure(answer["JobId"])
        return {**answer, "Status": "SUCCEEDED"}

    def list_jobs(self, call: Call) -> Call:
        assert call["JobStatus"] == "FAILED"
        place = int(call["ArrayJobId"].removeprefix("job-"))
        failed = sorted(set().union(*self.failing[: place + 1]), reverse=True)
        start = int(call.get("NextToken", 0))
        following = {"NextToken": str(start + self.page)} if start + self.page < len(failed) else {}
        found = [{"ArrayProperties": {"Index": index}} for index in failed[start : start + self.page]]
        return {"JobSummaryList": found, **following}

    def describe(self, call: Call) -> Call:
        [job_id] = call["Jobs"]  # descriptions are long: one at a time
        failed = any(self.failing[: int(job_id.removeprefix("job-")) + 1])
        return {"Jobs": [{"JobId": job_id, "Status": "FAILED" if failed else "SUCCEEDED"}]}

    def terminate(self, call: Call) -> Call:
        self.stopped.append(call["JobId"])
        return {}

    def run(self, machine: dict[str, Any], items: Any, **more: Any) -> Any:
        execution = Execution(
            {
                "submitJob": self.submit,
                "submitJob.sync": self.submit_and_wait,
                "listJobs": self.list_jobs,
                "describeJobs": self.describe,
                "terminateJob": self.terminate,
                "putObject": lambda call: self.stored.append(call) or {},  # type: ignore[func-returns-value]
            }
        )
        return execution.run(machine, {"items": items, **more})
