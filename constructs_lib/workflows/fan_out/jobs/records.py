"""What a row of items hands on from round to round, and the record that it leaves behind.

Beside ``{"index", "total", "environment", "indexes"?}`` the input of a round has ``items`` and ``directory``, the
number of the ``round``, its ``size``, the ``places`` of its items in the row (none: all of them), the rounds that are
``pending`` as ``{"round", "places"}``, the places that have ``failed``, the ``jobIds`` so far, and why a job was not
accepted, if one was not (``refusal``). A record has no ``round``.
"""

from typing import Final

from constructs_lib.workflows.fan_out.jobs.array_records import ERROR_AND_CAUSE, INDEXES
from constructs_lib.workflows.fan_out.jobs.endings import JOB_OUT_OF_MEMORY, JOB_RECLAIMED
from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.fan_out.list.rerun import TOTAL
from constructs_lib.workflows.fan_out.list.summary import FAILED_JOB_ID, JOB_FAILED
from constructs_lib.workflows.states.expressions import jsonata

FIRST_ROUND: Final = {"round": 0, "pending": [], "failed": [], "jobIds": [], "refusal": {}}
"""What the input of the first round has besides its items and their size."""

_KEPT: Final = "['index', 'total', 'succeededBefore', 'indexes', 'environment', 'directory', 'items']"

# Looked up in an object, because that takes one pass over thousands of items.
CHOSEN: Final = """
    $chosen := function($places) {( $marks := $merge($places.{ $string($): true });
        function($value, $place) { $exists($lookup($marks, $string($place))) } )};
"""
"""JSONata that makes, of some places, a test for `$filter`."""

_EVERY: Final = "[0..$states.input.size - 1]"


class RoundRecords:
    """JSONata for what follows a round, however it ended.

    Args:
        rounds: where items run again.
    """

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds

    @property
    def succeeded(self) -> str:
        """After a job that succeeded."""
        return self._then("$end([], [], [], $states.result.JobId, {})")

    @property
    def refused(self) -> str:
        """After items that no job was accepted for."""
        return self._then(f"$end({_EVERY}, [], [], (), {ERROR_AND_CAUSE})")

    @property
    def single_job_failed(self) -> str:
        """After a single job that failed, or was refused."""
        return self._then(f"""(
            $job := {JOB_FAILED} ? {FAILED_JOB_ID};
            $not($exists($job)) ? $end([0], [], [], (), {ERROR_AND_CAUSE})
                : {JOB_RECLAIMED} ? $end([], [], [0], $job, {{}})
                : {JOB_OUT_OF_MEMORY} ? $end([], [0], [], $job, {{}})
                : $end([0], [], [], $job, {{}})
        )""")

    @property
    def array_job_failed(self) -> str:
        """After an array job that failed, or was refused."""
        return self._then(f"""{JOB_FAILED}
            ? $merge([$states.input, {{"failedArray": {FAILED_JOB_ID}}}])
            : $end({_EVERY}, [], [], (), {ERROR_AND_CAUSE})
        """)

    @property
    def children_failed(self) -> str:
        """After an array job whose failed children are known; one without any never ran its children."""
        return f"""(
            {self._functions()}
            $count([$failed, $outOfMemory, $reclaimed]) = 0
                ? $end({_EVERY}, [], [], $states.input.failedArray, {{}})
                : $end($failed, $outOfMemory, $reclaimed, $states.input.failedArray, {{}})
        )"""

    def _then(self, text: str) -> str:
        return jsonata(f"( {self._functions()} {text} )")

    def _functions(self) -> str:
        return f"""
            {CHOSEN}
            $of := function($children) {{
                $count($children) = 0 ? [] : $not($exists($states.input.places)) ? [$children]
                    : $count($children) = $states.input.size ? $states.input.places
                    : [$filter($states.input.places, $chosen($children))]
            }};
            $record := function($failed, $jobIds, $refusal) {{(
                $indexes := {INDEXES};
                $first := $states.input.index;
                $merge([{{
                    "index": $first, "total": {TOTAL}, "failed": $count($failed), "jobId": $jobIds,
                    "failedIndexes": $sort([$exists($indexes)
                        ? $filter($indexes, $chosen($failed)) : $failed.($ + $first)])
                }}, $refusal])
            )}};
            $end := function($failed, $outOfMemory, $reclaimed, $job, $refused) {{(
                $larger := {self._rounds.after_out_of_memory};
                $elsewhere := {self._rounds.after_reclaim};
                $lost := [$of($failed), $exists($larger) ? [] : $of($outOfMemory),
                    $exists($elsewhere) ? [] : $of($reclaimed)];
                $again := [$states.input.pending,
                    $exists($larger) and $count($outOfMemory) > 0
                        ? {{"round": $larger, "places": $of($outOfMemory)}} : [],
                    $exists($elsewhere) and $count($reclaimed) > 0
                        ? {{"round": $elsewhere, "places": $of($reclaimed)}} : []];
                $next := $min($again.round);
                $places := $sort([$again[round = $next].places]);
                $failures := [$states.input.failed, $lost];
                $jobIds := [$states.input.jobIds, $job];
                $refusal := $merge([$refused, $states.input.refusal]);
                $count($again) = 0 ? $record($failures, $jobIds, $refusal) : $merge([
                    $sift($states.input, function($value, $key) {{ $key in {_KEPT} }}),
                    {{
                        "round": $next, "size": $count($places), "places": $places,
                        "pending": [$again[round != $next]],
                        "failed": $failures, "jobIds": $jobIds, "refusal": $refusal
                    }}
                ])
            )}};
        """
