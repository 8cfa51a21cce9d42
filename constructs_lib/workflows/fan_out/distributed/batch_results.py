"""The summary of a `DistributedFanOut`, totalled from any number of results, one line of JSON per batch.

Few lines are read and totalled by one expression. Many lines are totalled by small child executions, one per group of
lines, and the lists stay in S3. Why: docs/decisions/0005-distributed-results.md
"""

from typing import Final

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.protocol import Summary
from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.workflows.fan_out.distributed.distributed_map import (
    DistributedMapState,
    item_reader,
    result_permissions,
    result_writer,
)
from constructs_lib.workflows.fan_out.list.bucket import PREFIX
from constructs_lib.workflows.fan_out.list.summary import NOTHING_TO_DO
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.nesting import Nesting
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.permissions import get_objects
from constructs_lib.workflows.submit.throttling import retry_failed_s3

READ_AT_ONCE_BYTES: Final = 100_000
"""Up to this size the results are totalled by one expression, and the lists are part of the summary."""

# The body of an S3 object is quoted again within a payload; groups leave room for the fixed part of their input.
_GROUP_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES * 3 // 4
_LONGEST_LINE_BYTES: Final = 110_000
_CAUSES_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES // 2
_SUM_BYTES: Final = 120

_CAUSE_CHARACTERS: Final = program(__file__, "cause_characters").bind(
    groupBytes=_GROUP_BYTES - _LONGEST_LINE_BYTES, causesBytes=_CAUSES_BYTES, groupSumBytes=_SUM_BYTES
)


class BatchResults:
    """The states from the end of the batches to the summary.

    Args:
        scope: the fan-out.
        bucket: of the results.
        when_empty: the next state of a fan-out over an empty list.
        outcome: the next state of all other fan-outs.
        nesting: of the states of the fan-out.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        bucket: s3.IBucket,
        when_empty: sfn.IChainable,
        outcome: sfn.IChainable,
        nesting: Nesting,
    ) -> None:
        self._scope = scope
        self._nesting = nesting
        self._bucket = bucket
        self.start: TaskState = self._get("Read manifest", "manifestKey", "files", "Finds the results of the batches.")
        choice = sfn.Choice.jsonata(scope, "Choose how to total", comment="By the size of the results.")
        self.start.next(choice)
        choice.when(_condition("lost > 0 or $states.input.files > 1"), self._incomplete(), comment="Not all known")
        choice.when(
            _condition("files = 0"),
            when_empty,
            outputs={"summary": NOTHING_TO_DO},
            comment="Nothing to do is a success",
        )
        read = self._get("Read results", "resultsKey", "read_results", "Totals all batches at once.")
        read.next(outcome)
        choice.when(_condition(f"bytes <= {READ_AT_ONCE_BYTES}"), read, comment="They fit into one payload")
        choice.otherwise(self._total(outcome))

    def _get(self, name: str, key: str, outputs: str, comment: str) -> TaskState:
        task = TaskState(
            self._scope,
            name,
            resource="aws-sdk:s3:getObject",
            arguments={"Bucket": self._bucket.bucket_name, "Key": f"{{% $states.input.{key} %}}"},
            outputs=program(__file__, outputs).bind(),
            statements=get_objects(self._bucket, f"{PREFIX}*"),
            comment=comment,
        )
        retry_failed_s3(task)
        return task

    def _incomplete(self) -> sfn.Fail:
        return sfn.Fail.jsonata(
            self._scope,
            "Results are incomplete",
            comment="Says where to look.",
            error="FanOut.IncompleteResults",
            cause=program(__file__, "incomplete").bind(bucket=self._bucket.bucket_name),
        )

    def _total(self, outcome: sfn.IChainable) -> DistributedMapState:
        total = DistributedMapState(
            self._scope,
            "Total results",
            fields=self._groups({"causeCharacters": _CAUSE_CHARACTERS}),
            statements=result_permissions(self._bucket),
            outputs=program(__file__, "groups").bind(),
            comment="Totals the results in groups, and the groups.",
            map_execution_type=sfn.StateMachineType.EXPRESS,
        )
        group = sfn.Pass.jsonata(
            self._scope, "Total group", comment="Totals some batches.", outputs=program(__file__, "group").bind()
        )
        self._nesting.put(total, group)
        ids = self._collect("job ids", "jobId", Summary.JOB_IDS_URI)
        indexes = self._collect("failed indexes", "failedIndexes", Summary.FAILED_INDEXES_URI)
        any_failed = sfn.Choice.jsonata(self._scope, "Check for failures", comment="Without any there is no list.")
        any_failed.when(_condition("summary.failed > 0"), indexes, comment="Some items failed")
        any_failed.otherwise(outcome)
        indexes.next(outcome)
        total.next(ids).next(any_failed)
        return total

    def _collect(self, what: str, field: str, name: str) -> DistributedMapState:
        """A Map that writes one list of all batches as one array to S3, and adds its URI to the summary."""
        directory = f"{{% $states.input.directory & '/{what.replace(' ', '-')}' %}}"
        uri = f"""'s3://{self._bucket.bucket_name}/'
            & $replace($states.result.ResultWriterDetails.Key, 'manifest.json', 'SUCCEEDED_0.json')"""
        collect = DistributedMapState(
            self._scope,
            f"Collect {what}",
            fields={
                **self._groups({}),
                **result_writer(self._bucket, directory, transformation="FLATTEN", output_type="JSON"),
            },
            statements=result_permissions(self._bucket),
            outputs=jsonata(
                f'$merge([$states.input, {{"summary": $merge([$states.input.summary, {{"{name}": {uri}}}])}}])'
            ),
            comment=f"Writes the {what} of all batches as one JSON array.",
            map_execution_type=sfn.StateMachineType.EXPRESS,
        )
        listed = sfn.Pass.jsonata(
            self._scope,
            f"List {what}",
            comment=f"The {what} of some batches.",
            outputs=f"{{% [$states.input.Items.{field}] %}}",
        )
        self._nesting.put(collect, listed)
        return collect

    def _groups(self, batch_input: dict[str, str]) -> dict[str, object]:
        reader = item_reader(
            "s3:getObject",
            {"Bucket": self._bucket.bucket_name, "Key": "{% $states.input.resultsKey %}"},
            {"InputType": "JSONL"},
        )
        batcher = {"MaxInputBytesPerBatch": _GROUP_BYTES, "BatchInput": batch_input}
        return {**reader, "ItemBatcher": batcher if batch_input else {"MaxInputBytesPerBatch": _GROUP_BYTES}}


def _condition(expression: str) -> sfn.Condition:
    return sfn.Condition.jsonata(f"{{% $states.input.{expression} %}}")
