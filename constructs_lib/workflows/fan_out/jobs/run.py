"""The states that run items of a job or an array job again, in later rounds."""

from typing import Final

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.array_records import INDEXES
from constructs_lib.workflows.fan_out.jobs.records import CHOSEN, RoundRecords
from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.fan_out.list.bucket import StoreList
from constructs_lib.workflows.states.expressions import jsonata

_LIST_VARIABLES: Final = "['ITEMS', 'ITEMS_URI', 'ITEMS_OFFSET', 'ITEM_INDEX']"

_KEY: Final = """$states.input.directory & '/again/' & $string($states.input.index) & '-'
    & $string($states.input.round) & '.json'"""

# A filter that finds one item gives the item itself; two pairs of brackets keep one that is an array.
_ITEMS: Final = f"""(
    {CHOSEN}
    $places := $states.input.places;
    $all := $count($places) = $states.input.total;
    $kept := $all ? $states.input.items : $filter($states.input.items, $chosen($places));
    $all or $count($places) > 1 ? $kept : $type($kept) = 'array' ? [[$kept]] : [$kept]
)"""

_INDEXES: Final = f"""
    {CHOSEN}
    $first := $states.input.index;
    $places := $states.input.places;
    $indexes := {INDEXES};
    $again := [$exists($indexes) ? $filter($indexes, $chosen($places)) : $places.($ + $first)];
"""


def _stored(bucket: str, last: int) -> str:
    """The input of the job of a round; nothing follows the last that would need the items."""
    return f"""(
        {_INDEXES}
        $consecutive := $string($again) = $string([$again[0]..$again[0] + $count($again) - 1]);
        $variables := $filter($states.input.environment, function($variable) {{
            $not($variable.Name in {_LIST_VARIABLES})
        }});
        $merge([
            $sift($states.input, function($value, $key) {{ $key != 'items' or $states.input.round < {last} }}),
            {{"environment": [
                $variables,
                {{"Name": "ITEMS_URI", "Value": 's3://{bucket}/' & {_KEY}}},
                $consecutive ? {{"Name": "ITEM_INDEX", "Value": $string($again[0])}}
            ]}}
        ])
    )"""


class RoundRun:
    """What an `ArrayRun` needs to run items again.

    Args:
        scope: the fan-out.
        bucket: for the items that run again.
        rounds: where they run.
    """

    def __init__(self, scope: Construct, *, bucket: s3.IBucket, rounds: Rounds) -> None:
        self._scope = scope
        self._bucket = bucket
        self._rounds = rounds
        self.records = RoundRecords(rounds)

    def follow(self, check: sfn.Choice, size: sfn.Choice) -> None:
        """Let the check of a job lead to the next round."""
        store = StoreList(
            self._scope,
            "Put items to run again to S3",
            bucket=self._bucket,
            key=_KEY,
            body={"items": jsonata(_ITEMS), "indexes": jsonata(f"( {_INDEXES} $again )")},
            outputs=_stored(self._bucket.bucket_name, self._rounds.last),
            comment="The items of the next round, with their indexes.",
        )
        store.add_catch(check, errors=["States.ALL"], outputs=self.records.refused)
        store.next(size)
        again = sfn.Condition.jsonata("{% $exists($states.input.round) %}")
        check.when(again, store, comment="Some items run again")
