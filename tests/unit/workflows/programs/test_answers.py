"""What programs answer, said in plain Python, to both implementations: lists of nothing, one, an array, emoji, null."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.workflows.programs.conftest import Answer
from tests.unit.workflows.programs.engines import UUID

CONTEXT = {
    "StateMachine": {"Name": "Machine"},
    "Execution": {"Name": "run-1", "Input": {}},
    "State": {"Name": "Tiles: Plan jobs"},
}
DIRECTORY = f"fan-out/Machine/run-1/{UUID}"
URI = f"s3://bucket/{DIRECTORY}"
PLACE = {"bucket": "bucket", "prefix": "fan-out/"}

items = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(max_size=6) | st.just("😀" * 4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
lists = st.lists(items, min_size=1, max_size=5)
indexes = st.sets(st.integers(0, 12)).map(sorted)


def cost(text: str) -> int:
    """Characters of a text inside of JSON, those that are not printable ASCII as two escapes; quotes and brackets."""
    quoted = json.dumps([text], ensure_ascii=False, separators=(",", ":"))
    return sum(1 if " " <= character <= "~" else 12 for character in quoted)


def text_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def stored(given_items: list[Any]) -> dict[str, Any]:
    variable = {"Name": "ITEMS_URI", "Value": f"{URI}/items.json"}
    return {"itemsUri": f"{URI}/items.json", "itemsToStore": given_items, "environment": [variable]}


class TestPlans:
    @given(given_items=lists, room=st.integers(20, 200), keep=st.booleans())
    def test_a_short_list_travels_inline_and_a_long_one_through_s3(
        self, answer: Answer, given_items: list[Any], room: int, *, keep: bool
    ) -> None:
        states = {"input": {"items": given_items, "environment": []}, "context": CONTEXT}
        plan = answer("list/plan_for_array", states, **PLACE, room=room, keepItems=keep)
        results = {"Name": "RESULTS_URI", "Value": f"{URI}/results"}
        head = {"total": len(given_items), "directory": DIRECTORY, "resultsUri": f"{URI}/results"}
        if cost(text_of(given_items)) <= room - cost("[]"):
            inline = {"environment": [results, {"Name": "ITEMS", "Value": text_of(given_items)}]}
            assert plan == head | inline | ({"items": given_items} if keep else {})
        else:
            tail = stored(given_items)
            assert plan == head | tail | {"environment": [results, *tail["environment"]]}
        assert plan == answer("list/plan_for_one_array", states, **PLACE, room=room, keepItems=keep)

    @given(given_items=lists, room=st.integers(20, 200))
    def test_a_map_hands_out_items_if_each_of_them_fits(
        self, answer: Answer, given_items: list[Any], room: int
    ) -> None:
        states = {"input": {"items": given_items, "environment": []}, "context": CONTEXT}
        plan = answer("list/plan_for_map", states, **PLACE, room=room)
        left = room - cost("[]")
        fits = all(len(text_of([item])) * 12 <= left or cost(text_of([item])) <= left for item in given_items)
        assert ("itemsToStore" in plan, plan.get("items", plan.get("itemsToStore"))) == (not fits, given_items)

    @given(given_items=lists, data=st.data())
    def test_a_rerun_has_those_items_that_are_asked_for(
        self, answer: Answer, given_items: list[Any], data: st.DataObject
    ) -> None:
        chosen = data.draw(st.sets(st.integers(0, len(given_items) - 1), min_size=1).map(sorted))
        entry = {"Tiles": {"indexes": chosen, "resultsUri": "s3://before/results"}}
        execution = {"Name": "run-1", "Input": {"fanOutRerun": entry}}
        states = {
            "input": {"items": given_items, "environment": [], "fanOut": {"name": "Tiles"}},
            "context": {**CONTEXT, "Execution": execution},
        }
        plan = answer("list/plan_for_array", states, **PLACE, room=6656, keepItems=True)
        assert plan["itemsToStore"] == [given_items[index] for index in chosen]
        assert (plan["indexes"], plan["total"]) == (chosen, len(chosen))
        assert plan["succeededBefore"] == len(given_items) - len(chosen)
        assert plan["resultsUri"] == "s3://before/results"


class TestRecords:
    @given(total=st.integers(1, 40_000))
    def test_arrays_follow_each_other_and_have_equal_sizes(self, answer: Answer, total: int) -> None:
        arrays = answer("array/arrays", {"input": {"total": total}}, longest=10_000)
        sizes = [array["total"] for array in arrays]
        assert [array["index"] for array in arrays] == [sum(sizes[:place]) for place in range(len(sizes))]
        assert (sum(sizes), max(sizes) <= 10_000, max(sizes) - min(sizes) <= 1) == (total, True, True)
        assert len(sizes) == -(-total // 10_000)

    @given(failed=st.lists(indexes, min_size=1, max_size=3), refused=st.booleans())
    def test_the_summary_is_that_of_all_arrays(self, answer: Answer, failed: list[list[int]], *, refused: bool) -> None:
        records: list[dict[str, Any]] = [
            {"index": 0, "total": 13, "failed": len(some), "jobId": f"j-{place}"}
            | ({"failedIndexes": some} if some else {})
            for place, some in enumerate(failed)
        ]
        if refused:
            records[-1] |= {"error": "Batch.Refused", "cause": "no"}
        made = answer(
            "array/totals", {"input": {"total": 99, "directory": "d"}, "result": records}, mostCharacters=1000
        )
        everything = sorted(index for some in failed for index in some)
        assert made == {
            "summary": {
                "total": 99,
                "succeeded": 99 - len(everything),
                "failed": len(everything),
                "failedIndexes": everything,
                "jobIds": [record["jobId"] for record in records],
            },
            **({"error": "Batch.Refused", "cause": "no"} if refused else {}),
        }

    @given(failed=indexes, chosen=st.none() | st.sets(st.integers(100, 200), min_size=13, max_size=13).map(sorted))
    def test_the_record_has_the_indexes_of_failed_children(
        self, answer: Answer, failed: list[int], chosen: list[int] | None
    ) -> None:
        given_input = {"index": 50, "total": 13, "indexes": chosen, "failedArray": "a-1", "failedIndexes": []}
        summaries = [{"JobId": f"a-1:{index}", "ArrayProperties": {"Index": index}} for index in failed]
        states = {"input": given_input, "result": {"JobSummaryList": summaries}}
        all_indexes = chosen or list(range(50, 63))
        lost = [all_indexes[place] for place in failed or range(13)]
        expected = {"index": 50, "total": 13, "failed": len(lost), "jobId": "a-1", "failedIndexes": lost}
        assert answer("jobs/children_failed", states) == expected
        more = answer("jobs/children_failed", {**states, "result": {**states["result"], "NextToken": "n"}})
        assert more == given_input | {"failedIndexes": failed, "nextToken": "n"}

    @given(whys=st.lists(st.sampled_from(["failed", "outOfMemory", "reclaimed"]), min_size=1, max_size=6))
    def test_children_go_where_their_ending_sends_them(self, answer: Answer, whys: list[str]) -> None:
        reasons = {
            "failed": {"StatusReason": "Essential container in task exited", "Container": {"ExitCode": 1}},
            "outOfMemory": {"StatusReason": "Essential container in task exited", "Container": {"ExitCode": 137}},
            "reclaimed": {"StatusReason": "Host EC2 (i-1) terminated."},
        }
        children = [{"ArrayProperties": {"Index": place}, **reasons[why]} for place, why in enumerate(whys)]
        given_input = {
            "index": 10,
            "total": len(whys),
            "size": len(whys),
            "round": 0,
            "failedArray": "a-1",
            "pending": [],
            "failed": [],
            "jobIds": [],
            "refusal": {},
            "environment": [],
            "items": whys,
        }
        states = {"input": given_input, "result": {"JobSummaryList": children}}
        next_round = answer("jobs/round_children_failed", states, sizes=2, fallback=True)
        of = {why: [place for place, each in enumerate(whys) if each == why] for why in reasons}
        if not of["outOfMemory"] and not of["reclaimed"]:
            lost = [10 + place for place in of["failed"]]
            record = {"index": 10, "total": len(whys), "failed": len(lost), "jobId": ["a-1"], "failedIndexes": lost}
            assert next_round == record
            return
        # The larger size of the first queue is round 1, the first one of the fallback queue round 2.
        first = (1, of["outOfMemory"]) if of["outOfMemory"] else (2, of["reclaimed"])
        assert (next_round["round"], next_round["places"], next_round["size"]) == (*first, len(first[1]))
        pending = [{"round": 2, "places": of["reclaimed"]}] if of["outOfMemory"] and of["reclaimed"] else []
        assert (next_round["pending"], next_round["failed"]) == (pending, of["failed"])
        assert next_round["items"] == whys


class TestSummaries:
    @given(failed=indexes, rest=st.integers(0, 3))
    def test_a_map_tells_jobs_of_all_and_indexes_of_failed_items(
        self, answer: Answer, failed: list[int], rest: int
    ) -> None:
        result = [f"ok-{place}" for place in range(rest)] + [
            {"index": index, "jobId": f"j-{index}"} for index in failed
        ]
        made = answer("map/outcome", {"input": {"total": len(result)}, "result": result})
        assert made["summary"] == {
            "total": len(result),
            "succeeded": rest,
            "failed": len(failed),
            "failedIndexes": failed,
            "jobIds": [f"ok-{place}" for place in range(rest)] + [f"j-{index}" for index in failed],
        }

    @given(pages=st.lists(indexes, min_size=1, max_size=3))
    def test_an_item_fails_in_the_first_stage_whose_child_failed(self, answer: Answer, pages: list[list[int]]) -> None:
        names = ["clean", "render", "pack"]
        state: dict[str, Any] = {"stage": 0, "failedStages": {}}
        for page in pages:
            children = [{"ArrayProperties": {"Index": index}} for index in page]
            state = answer("stages/add_page", {"input": state, "result": {"JobSummaryList": children}}, names=names)
        expected: dict[str, list[int]] = {}
        for name, page in zip(names, pages, strict=False):
            new = [index for index in page if all(index not in known for known in expected.values())]
            expected |= {name: new} if new else {}
        assert state == {"stage": len(pages), "failedStages": expected}

    @given(sizes=st.lists(indexes, min_size=1, max_size=4))
    def test_results_of_batches_are_totalled_line_by_line(self, answer: Answer, sizes: list[list[int]]) -> None:
        records = [
            {"index": 0, "total": 13, "failed": len(some), "jobId": "é😀", **({"failedIndexes": some} if some else {})}
            for some in sizes
        ]
        body = "".join(f"{json.dumps(record)}\n" for record in records)
        made = answer("distributed/read_results", {"input": {"resultsUri": "s3://r"}, "result": {"Body": body}})
        failed = sorted(index for some in sizes for index in some)
        numbers = {"total": 13 * len(sizes), "succeeded": 13 * len(sizes) - len(failed), "failed": len(failed)}
        lists_of = {"failedIndexes": failed, "jobIds": ["é😀"] * len(sizes), "resultsUri": "s3://r"}
        assert made == {"summary": numbers | lists_of}
