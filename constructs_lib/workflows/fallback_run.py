"""The states that run reclaimed items of a job or an array job again, on another queue."""

from collections.abc import Callable
from typing import Final

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.array_records import CHILDREN_FAILED, ERROR_AND_CAUSE, REFUSED, SINGLE_JOB_FAILED
from constructs_lib.workflows.bucket import StoreList, without
from constructs_lib.workflows.expressions import jsonata
from constructs_lib.workflows.fallback import CHOSEN, JOB_RECLAIMED, record_after, run_again
from constructs_lib.workflows.submit import SubmitJob
from constructs_lib.workflows.summary import FAILED_JOB_ID, JOB_FAILED
from constructs_lib.workflows.task import TaskState

_SUCCEEDED: Final = jsonata(record_after(failed="()", job="$states.result.JobId"))

_REFUSED: Final = record_after(failed="$states.input.again.indexes", error=ERROR_AND_CAUSE)

_SINGLE_JOB_FAILED: Final = jsonata(
    f"{JOB_FAILED} ? {record_after(failed='$states.input.again.indexes', job=FAILED_JOB_ID)} : {_REFUSED}"
)
_ARRAY_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? $merge([$states.input, {{"failedArray": {FAILED_JOB_ID}, "failedIndexes": []}}])
        : {_REFUSED}"""
)

# An array job that failed without a failed child never ran its children.
_FAILED_AGAIN: Final = record_after(
    failed="""($count($ended) = 0 ? $states.input.again.indexes
        : $filter($states.input.again.indexes, $chosen($ended)))""",
    job="$states.input.failedArray",
)


class FallbackRun:
    """What an `ArrayRun` needs to run reclaimed items again; its input also has ``items`` and ``directory``.

    Args:
        scope: the fan-out.
        bucket: for the items that run again.
        submit: makes a state that submits a job of the fan-out to the fallback queue.
        job_name: a name, or an expression over ``$states.input.index``.
    """

    def __init__(
        self, scope: Construct, *, bucket: s3.IBucket, submit: Callable[..., SubmitJob], job_name: str
    ) -> None:
        self._scope = scope
        self._bucket = bucket
        self._submit = submit
        self._job_name = job_name

    def single_job_failed(self) -> str:
        """The output of a single job that failed on the first queue."""
        again = self._again(reclaimed="0", failed="()", job=FAILED_JOB_ID)
        return jsonata(f"{JOB_FAILED} ? ({JOB_RECLAIMED} ? ({CHOSEN} {again}) : {SINGLE_JOB_FAILED}) : {REFUSED}")

    def children_failed(self) -> str:
        """JSONata for the outcome of an array job on either queue, when all its failed children are known."""
        again = self._again(reclaimed="$reclaimed", failed="$failed", job="$states.input.failedArray")
        return f"""(
            {CHOSEN}
            $ended := [$failed, $reclaimed];
            $exists($states.input.again) ? {_FAILED_AGAIN} : $count($reclaimed) > 0 ? {again} : {CHILDREN_FAILED}
        )"""

    def follow(self, check: sfn.Choice) -> None:
        """Let the check of a job lead to the fallback, and come back to it."""
        store = StoreList(
            self._scope,
            "Put reclaimed to S3",
            bucket=self._bucket,
            key="$states.input.itemsKey",
            body={
                "items": "{% $states.input.itemsToStore %}",
                "indexes": "{% $states.input.again.indexes %}",
            },
            outputs=without("itemsToStore"),
            comment="The items that AWS took the capacity from, with their indexes.",
        )
        store.add_catch(check, errors=["States.ALL"], outputs=jsonata(_REFUSED))
        store.next(check)
        check.when(_condition("itemsToStore"), store, comment="Some items were reclaimed")
        count = "{% $count($states.input.again.indexes) %}"
        one = sfn.Condition.jsonata("{% $count($states.input.again.indexes) = 1 %}")
        check.when(one, self._run("single", _SINGLE_JOB_FAILED, check), comment="One item runs again")
        array = self._run("array", _ARRAY_JOB_FAILED, check, array_size=count)
        check.when(_condition("again"), array, comment="Several items run again")

    def _run(self, kind: str, failed: str, check: sfn.Choice, **size: str) -> TaskState:
        task = self._submit(
            f"Run {kind} on fallback",
            job_name=self._job_name,
            outputs=_SUCCEEDED,
            comment="Runs again on the fallback queue what was reclaimed.",
            **size,
        )
        task.add_catch(check, errors=["States.ALL"], outputs=failed)
        return task

    def _again(self, *, reclaimed: str, failed: str, job: str) -> str:
        return run_again(bucket=self._bucket.bucket_name, reclaimed=reclaimed, failed=failed, job=job)


def _condition(field: str) -> sfn.Condition:
    return sfn.Condition.jsonata(f"{{% $exists($states.input.{field}) %}}")
