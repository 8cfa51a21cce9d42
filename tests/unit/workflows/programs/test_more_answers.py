"""What programs answer of causes, batches, rounds and watched jobs, said in plain Python."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.workflows.states.programs import Expression
from tests.unit.workflows.programs.conftest import Answer
from tests.unit.workflows.programs.test_answers import indexes, items, lists, text_of

WAITING = ["SUBMITTED", "PENDING", "RUNNABLE"]
RAN = ["STARTING", "RUNNING", "SUCCEEDED"]
GIVEN = Expression("{% $states.input.list %}")
ENDINGS = {
    "failed": {"StatusReason": "Essential container in task exited", "Container": {"ExitCode": 1}},
    "outOfMemory": {"StatusReason": "Essential container in task exited", "Container": {"ExitCode": 137}},
    "reclaimed": {"StatusReason": "Host EC2 (i-1) terminated.", "Container": {}},
}

refusals = st.none() | st.fixed_dictionaries({"error": st.just("Batch.Refused"), "cause": st.text(max_size=40)})


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """What a batch leaves behind."""
    failed = draw(st.integers(0, 9))
    return {"index": 0, "total": failed + draw(st.integers(0, 9)), "failed": failed, **(draw(refusals) or {})}


def first_refusal(some: list[dict[str, Any]], characters: int | None = None) -> dict[str, Any]:
    refused = [record for record in some if "error" in record]
    return {"error": refused[0]["error"], "cause": refused[0]["cause"][:characters]} if refused else {}


class TestItems:
    @given(value=items)
    def test_what_is_there_is_read_as_it_is(self, answer: Answer, value: Any) -> None:
        assert answer("list/read_items", {"input": {"list": value}}, given=GIVEN) == value

    def test_nothing_is_read_as_null(self, answer: Answer) -> None:
        assert answer("list/read_items", {"input": {}}, given=GIVEN) is None
        assert answer("list/read_items_of_one_payload", {"input": {}}, given=GIVEN, mostBytes=9) is None

    @given(value=lists, most=st.integers(2, 60))
    def test_a_list_is_measured_in_bytes(self, answer: Answer, value: list[Any], most: int) -> None:
        size = len(text_of(value).encode())
        found = answer("list/read_items_of_one_payload", {"input": {"list": value}}, given=GIVEN, mostBytes=most)
        assert found == ({"itemsTooLong": size} if size > most else value)


class TestCauses:
    @given(failed=indexes, ids=st.lists(st.sampled_from(["a-1", "😀"]), max_size=6), most=st.integers(0, 120))
    def test_a_cause_is_the_summary_or_as_much_of_it_as_fits(
        self, answer: Answer, failed: list[int], ids: list[str], most: int
    ) -> None:
        summary = {"total": 20, "failed": len(failed), "failedIndexes": failed, "jobIds": ids}
        short = {"mostCharacters": most, "mostIndexes": 3, "mostJobIds": 2}
        cause = answer("list/cause", {"input": {"summary": summary}}, **short)
        if len(text_of(summary)) <= most:
            assert cause == text_of(summary)
            return
        omitted = {"failedIndexesOmitted": len(failed) - 3, "jobIdsOmitted": len(ids) - 2}
        assert json.loads(cause) == {
            **summary,
            "failedIndexes": failed[:3],
            "jobIds": ids[:2],
            **{name: number for name, number in omitted.items() if number > 0},
        }

    @given(stages=st.dictionaries(st.sampled_from(["clean", "render", "pack"]), indexes.filter(bool), min_size=1))
    def test_of_a_pipeline_a_long_one_has_numbers_of_items(self, answer: Answer, stages: dict[str, list[int]]) -> None:
        failed = sorted(index for some in stages.values() for index in some)
        summary = {"failedIndexes": failed, "jobIds": ["a-1"], "failedStages": stages}
        short = {"mostIndexes": 99, "mostJobIds": 99}
        states = {"input": {"summary": summary}}
        assert answer("stages/cause", states, mostCharacters=9_999, **short) == text_of(summary)
        numbers = {name: len(some) for name, some in stages.items()}
        assert json.loads(answer("stages/cause", states, mostCharacters=9, **short)) == {
            **summary,
            "failedStages": numbers,
        }


class TestBatches:
    @given(groups=st.lists(st.lists(records(), min_size=1, max_size=4), min_size=1, max_size=3), room=st.integers(0, 9))
    def test_groups_are_totalled_and_then_the_groups(
        self, answer: Answer, groups: list[list[dict[str, Any]]], room: int
    ) -> None:
        made = []
        for some in groups:
            states = {"input": {"Items": some, "BatchInput": {"causeCharacters": room}}}
            numbers = {name: sum(record[name] for record in some) for name in ("total", "failed")}
            made.append(answer("distributed/group", states))
            assert made[-1] == numbers | first_refusal(some, room)
        everything = [record for some in groups for record in some]
        total, failed = (sum(record[name] for record in everything) for name in ("total", "failed"))
        summary = {"total": total, "succeeded": total - failed, "failed": failed, "resultsUri": "s3://r"}
        given_input = {"resultsUri": "s3://r", "bytes": 5}
        assert answer("distributed/groups", {"input": given_input, "result": made}) == {
            **given_input,
            "summary": summary,
            **first_refusal(made),
        }

    @given(own=indexes.filter(bool), run=indexes, parts=st.sampled_from([[0], [1, 0], [2]]), before=st.integers(0, 5))
    def test_items_of_a_part_stay_if_it_names_them(
        self, answer: Answer, own: list[int], run: list[int], parts: list[int], before: int
    ) -> None:
        entries = [{"index": index, "item": None} for index in own]
        given_input = {"Items": entries, "parts": parts, "succeededBefore": before}
        states = {"input": given_input, "result": {"Body": json.dumps(run)}}
        left = [entry for entry in entries if entry["index"] // 5 != parts[0] or entry["index"] in run]
        assert answer("distributed/without_part", states, itemsOfPart=5) == {
            "Items": left,
            "parts": parts[1:],
            "succeededBefore": before + len(entries) - len(left),
        }

    @given(
        start=st.integers(0, 9), values=lists, run=st.none() | indexes, room=st.integers(80, 300), keep=st.booleans()
    )
    def test_a_batch_travels_inline_if_it_fits_and_its_items_follow_each_other(
        self, answer: Answer, start: int, values: list[Any], run: list[int] | None, room: int, *, keep: bool
    ) -> None:
        entries = [{"index": start + place, "item": value} for place, value in enumerate(values)]
        fixed = {"environment": [], "directory": "d", "rerun": None if run is None else {"indexes": run}}
        states = {"input": {"Items": entries, "BatchInput": fixed}}
        place = {"bucket": "b", "itemsOfPart": 5, "keepItems": keep, "firstRound": {"round": 0} if keep else {}}
        plan = answer("distributed/plan_batch", states, room=room, **place)
        left = [entry for entry in entries if run is None or entry["index"] in run]
        if not left:
            assert plan == {"total": len(entries), "failed": 0, "jobId": []}
            return
        own, some = [entry["index"] for entry in left], [entry["item"] for entry in left]
        follow = own == list(range(own[0], own[0] + len(own)))
        assert (plan["total"], plan["index"], plan.get("succeededBefore", 0)) == (
            len(own),
            own[0],
            len(entries) - len(own),
        )
        assert plan.get("indexes") == (None if follow else own)
        assert (plan.get("round"), plan.get("size")) == ((0, len(own)) if keep else (None, None))
        names = {variable["Name"]: variable["Value"] for variable in plan["environment"]}
        assert names.get("ITEM_INDEX") == (str(own[0]) if follow else None)
        if "ITEMS" in names:
            assert (names["ITEMS"], follow, plan.get("items")) == (text_of(some), True, some if keep else None)
        else:
            stored = {"items": some} | ({} if follow else {"indexes": own})
            assert (names["ITEMS_URI"], plan["itemsToStore"]) == (f"s3://b/{plan['itemsKey']}", stored)


class TestRounds:
    @pytest.mark.parametrize("why", ENDINGS)
    @given(sizes=st.integers(1, 4), fallback=st.booleans(), data=st.data())
    def test_a_single_job_goes_where_its_ending_sends_it(
        self, answer: Answer, why: str, sizes: int, *, fallback: bool, data: st.DataObject
    ) -> None:
        now = data.draw(st.integers(0, sizes * (1 + fallback) - 1))
        following = {
            "failed": None,
            "outOfMemory": now + 1 if (now + 1) % sizes else None,
            "reclaimed": now + sizes if fallback and now < sizes else None,
        }[why]
        row = {"index": 50, "total": 9, "environment": [], "items": [None] * 9, "directory": "d", "indexes": None}
        so_far = {
            "round": now,
            "size": 1,
            "places": [4],
            "pending": [],
            "failed": [2],
            "jobIds": ["j-0"],
            "refusal": {},
        }
        cause = json.dumps({"JobId": "j-1", **ENDINGS[why]})
        states = {"input": row | so_far, "errorOutput": {"Error": "States.TaskFailed", "Cause": cause}}
        found = answer("jobs/round_single_job_failed", states, sizes=sizes, fallback=fallback)
        ids = ["j-0", "j-1"]
        if following is None:
            assert found == {"index": 50, "total": 9, "failed": 2, "jobId": ids, "failedIndexes": [52, 54]}
        else:
            assert found == row | so_far | {"round": following, "jobIds": ids}

    @given(values=lists, data=st.data())
    def test_items_that_run_again_are_stored_with_their_indexes(
        self, answer: Answer, values: list[Any], data: st.DataObject
    ) -> None:
        total = len(values)
        places = sorted(data.draw(st.sets(st.integers(0, total - 1), min_size=1)))
        own = data.draw(st.none() | st.sets(st.integers(0, 99), min_size=total, max_size=total).map(sorted))
        kept = [{"Name": "MODE", "Value": "x"}]
        given_input = {
            "index": 50,
            "total": total,
            "indexes": own,
            "items": values,
            "places": places,
            "round": 1,
            "directory": "d",
            "environment": [*kept, {"Name": "ITEMS", "Value": "[]"}],
        }
        states = {"input": given_input}
        again = [(own or range(50, 50 + total))[place] for place in places]
        assert answer("jobs/items_to_store", states) == [values[place] for place in places]
        assert answer("jobs/indexes_to_store", states) == again
        assert answer("jobs/key_to_store", states) == "d/again/50-1.json"
        uri = {"Name": "ITEMS_URI", "Value": "s3://b/d/again/50-1.json"}
        follow = again == list(range(again[0], again[0] + len(again)))
        first = [{"Name": "ITEM_INDEX", "Value": str(again[0])}] if follow else []
        expected = given_input | {"environment": [*kept, uri, *first]}
        assert answer("jobs/stored", states, bucket="b", last=2) == expected
        del expected["items"]
        assert answer("jobs/stored", states, bucket="b", last=1) == expected


class TestWatch:
    @pytest.mark.parametrize("status", [*WAITING, *RAN, "FAILED", None])
    def test_what_has_become_of_a_job(self, answer: Answer, status: str | None) -> None:
        for tried, asked, cancelled, tagged, stay in product([False, True], repeat=5):
            job = {
                "JobId": "j-1",
                "Status": status,
                "Attempts": [{}] * tried,
                "Tags": {"from": "j-0"} if tagged else {},
            }
            watched = {"array": False, "attempts": 0, "asked": asked, "cancelled": cancelled, "pauseSeconds": 500}
            states = {"input": watched | {"dependsOn": []}, "result": {"Jobs": [job] if status else []}}
            pauses = {"firstPause": 1, "longestPause": 900}
            found = answer("watch/looked", states, resubmittedFrom="from", copiesStay=stay, **pauses)
            copied = tagged and status is not None
            if status is None:
                outcome = "gone"
            elif tried or status in RAN:
                outcome = "started"
            elif status == "FAILED":
                outcome = "cancelled" if asked or cancelled else "gone"
            elif asked:
                outcome = "asked"
            else:
                outcome = "left" if copied and stay else "waiting"
            assert (found["outcome"], found["again"]) == (outcome, outcome == "cancelled" and not copied)
            assert found["pauseSeconds"] == (900 if asked else 1)

    @given(
        status=st.sampled_from(["PENDING", "RUNNABLE", "RUNNING"]),
        attempts=st.integers(0, 2),
        is_cancelled=st.booleans(),
        could_start=st.booleans(),
    )
    def test_a_job_is_stuck_that_waits_as_it_did(
        self, answer: Answer, status: str, attempts: int, *, is_cancelled: bool, could_start: bool
    ) -> None:
        job = {"JobId": "j-1", "Status": status, "StatusReason": "no", "Attempts": [{}] * attempts}
        watched = {"jobId": "j-1", "array": False, "attempts": 1, "since": 1_699_999_940_000, "canStart": could_start}
        result = {"Jobs": [job | {"IsCancelled": is_cancelled}]}
        waits = status == "RUNNABLE" and attempts == 1 and not is_cancelled
        told = {"reason": "no", "waitedSeconds": 60, "waits": waits, "stuck": waits and could_start, "canStart": True}
        assert answer("watch/asked", {"input": watched, "result": result}) == watched | told

    @given(reason=st.none() | st.text(max_size=60), most=st.integers(10, 90))
    def test_a_cancelled_job_says_why(self, answer: Answer, reason: str | None, most: int) -> None:
        given_input = {"waitedSeconds": 60} | ({} if reason is None else {"reason": reason})
        whole = "60 seconds in RUNNABLE, cancelled by Watch." + ("" if reason is None else f" {reason}")
        assert answer("watch/cancel_reason", {"input": given_input}, by="Watch", most=most) == whole[:most]
