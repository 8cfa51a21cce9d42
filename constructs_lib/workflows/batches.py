"""What becomes of one batch of a `DistributedFanOut`: one job, or one array job, and a record of how it ended.

A child execution gets ``{"BatchInput": {"environment", "directory"}, "Items": [{"index", "item"}, …]}`` and returns
``{"index", "total", "failed", "jobId"?, "failedIndexes"?, "error"?, "cause"?}``, which is small whatever the batch is.
AWS does not promise that the items of a batch follow each other: if they do not, the list in S3 says their indexes.
"""

from collections.abc import Callable
from typing import Any, Final

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.array_children import FAILED, ListFailedChildren
from constructs_lib.workflows.bucket import PREFIX
from constructs_lib.workflows.expressions import jsonata
from constructs_lib.workflows.items import ALL_FIT, COST, ROOM
from constructs_lib.workflows.permissions import put_objects
from constructs_lib.workflows.submit import SubmitJob
from constructs_lib.workflows.summary import FAILED_JOB_ID, JOB_FAILED
from constructs_lib.workflows.task import TaskState
from constructs_lib.workflows.throttling import retry_failed_s3

_LONGEST_CAUSE: Final = 1_000

# Arrays of one element are made with brackets, which $map would take away; two pairs keep an item that is an array.
_PLAN: Final = f"""(
    $entries := $states.input.Items;
    $count := $count($entries);
    $first := $entries[0].index;
    $one := $lookup($entries[0], 'item');
    $items := $count > 1 ? $map($entries, function($entry) {{ $lookup($entry, 'item') }})
        : $type($one) = 'array' ? [[$one]] : [$one];
    $indexes := [$entries.index];
    $consecutive := $string($indexes) = $string([$first..$first + $count - 1]);
    $fixed := $states.input.BatchInput;
    $environment := [$fixed.environment, $consecutive ? {{"Name": "ITEM_INDEX", "Value": $string($first)}}];
    {COST}
    $room := {ROOM} - $cost($string($environment));
    {ALL_FIT}
    $key := $fixed.directory & '/items/' & $string($first) & '.json';
    $merge([
        {{"total": $count, "index": $first}},
        $consecutive ? {{}} : {{"indexes": $indexes}},
        $fits and $consecutive ? {{"environment": [$environment, {{"Name": "ITEMS", "Value": $text}}]}} : {{
            "environment": [$environment, {{"Name": "ITEMS_URI", "Value": 's3://BUCKET/' & $key}}],
            "itemsKey": $key,
            "itemsToStore": $merge([{{"items": $items}}, $consecutive ? {{}} : {{"indexes": $indexes}}])
        }}
    ])
)"""

_ALL: Final = """($exists($states.input.indexes) ? $states.input.indexes
    : [$states.input.index..$states.input.index + $states.input.total - 1])"""

_RECORD: Final = """{"index": $states.input.index, "total": $states.input.total"""

_SUCCEEDED: Final = jsonata(f"""{_RECORD}, "failed": 0, "jobId": $states.result.JobId}}""")

_REFUSED: Final = f"""{_RECORD}, "failed": $states.input.total, "failedIndexes": [{_ALL}],
    "error": $states.errorOutput.Error,
    "cause": $exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, {_LONGEST_CAUSE}) : ''}}"""

_SINGLE_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? {_RECORD}, "failed": 1, "jobId": {FAILED_JOB_ID}, "failedIndexes": [$states.input.index]}}
        : {_REFUSED}"""
)
_ARRAY_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? $merge([$states.input, {{"failedArray": {FAILED_JOB_ID}, "failedIndexes": []}}])
        : {_REFUSED}"""
)
_CHILDREN_FAILED: Final = f"""(
    $children := [{FAILED}];
    $indexes := $states.input.indexes;
    $first := $states.input.index;
    {_RECORD}, "failed": $count($children), "jobId": $states.input.failedArray,
        "failedIndexes": $sort([$exists($indexes)
            ? $filter($indexes, function($value, $place) {{ $place in $children }})
            : $children.($ + $first)])}}
)"""


class Batch:
    """The states of a child execution.

    Args:
        scope: the fan-out.
        bucket: for batches that do not fit inline.
        submit: makes a state that submits a job of the fan-out.
        job_name: a name, or an expression over ``$states.input.index``, the index of the batch's first item.
    """

    def __init__(
        self, scope: Construct, *, bucket: s3.IBucket, submit: Callable[..., SubmitJob], job_name: str
    ) -> None:
        self._scope = scope
        self._submit = submit
        self._job_name = job_name
        self._outcome = self._check_batch()
        self.start: sfn.Pass = sfn.Pass.jsonata(
            scope,
            "Plan batch",
            comment="Measures the batch: a short one travels in the environment of the job, a long one through S3.",
            outputs=jsonata(_PLAN).replace("BUCKET", bucket.bucket_name),
        )
        self.start.next(self._choose_how_to_run(bucket))

    def _choose_how_to_run(self, bucket: s3.IBucket) -> sfn.Choice:
        choice = sfn.Choice.jsonata(self._scope, "Choose how to run", comment="By the plan.")
        store = self._store(bucket)
        store.next(choice)
        choice.when(sfn.Condition.jsonata("{% $exists($states.input.itemsToStore) %}"), store, comment="A long batch")
        one = sfn.Condition.jsonata("{% $states.input.total = 1 %}")
        choice.when(one, self._single_job(), comment="AWS Batch has no array jobs of one child")
        return choice.otherwise(self._array_job())

    def _store(self, bucket: s3.IBucket) -> TaskState:
        task = TaskState(
            self._scope,
            "Put batch to S3",
            resource="aws-sdk:s3:putObject",
            arguments={
                "Bucket": bucket.bucket_name,
                "Key": "{% $states.input.itemsKey %}",
                "Body": "{% $states.input.itemsToStore %}",
                "ContentType": "application/json",
            },
            outputs="{% $sift($states.input, function($value, $key) { $key != 'itemsToStore' }) %}",
            statements=put_objects(bucket, f"{PREFIX}*"),
            comment="The batch is too long for the environment of a job; nobody else reads this object.",
        )
        retry_failed_s3(task)
        return self._caught(task, jsonata(_REFUSED))

    def _single_job(self) -> TaskState:
        task = self._submit(
            "Run single job",
            job_name=self._job_name,
            outputs=_SUCCEEDED,
            comment="Runs the one item as a job of its own.",
        )
        return self._caught(task, _SINGLE_JOB_FAILED)

    def _array_job(self) -> TaskState:
        task = self._submit(
            "Run array job",
            job_name=self._job_name,
            array_size="{% $states.input.total %}",
            outputs=_SUCCEEDED,
            comment="Runs each item as a child of one array job.",
        )
        return self._caught(task, _ARRAY_JOB_FAILED)

    def _caught(self, task: TaskState, outputs: Any) -> TaskState:
        task.add_catch(self._outcome, errors=["States.ALL"], outputs=outputs)
        return task

    def _check_batch(self) -> sfn.Choice:
        check = sfn.Choice.jsonata(self._scope, "Check batch", comment="Lets the other batches run, whatever failed.")
        listing = ListFailedChildren(self._scope, "List failed children", outcome=_CHILDREN_FAILED)
        listing.next(check)
        failed = sfn.Condition.jsonata("{% $exists($states.input.failedArray) %}")
        check.when(failed, listing, comment="Which children failed is still to be asked")
        note = sfn.Pass.jsonata(self._scope, "Note failures", comment="The record of a batch with failed items.")
        return check.otherwise(note)
