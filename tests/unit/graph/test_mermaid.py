"""Flowcharts of state machines: every state once, every way between them, and labels that Mermaid takes."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.graph.mermaid import mermaid

PIPELINE: dict[str, Any] = {
    "StartAt": "Look",
    "States": {
        "Look": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $count($states.input.items) = 0 %}", "Comment": "Nothing to do", "Next": "Done"},
                {"Condition": "{% $states.input.items > 3 %}", "Next": "Work"},
                {"Variable": "$.x", "NumericEquals": 1, "Next": "Stop"},
            ],
            "Default": "Rest",
        },
        "Work": {
            "Type": "Map",
            "MaxConcurrency": 7,
            "ItemBatcher": {"MaxItemsPerBatch": 10},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Job",
                "States": {
                    "Job": {
                        "Type": "Task",
                        "Resource": "arn:${AWS::Partition}:states:::batch:submitJob.sync",
                        "Catch": [{"ErrorEquals": ["States.Timeout", "States.TaskFailed"], "Next": "Note"}],
                        "End": True,
                    },
                    "Note": {"Type": "Pass", "End": True},
                },
            },
            "Next": "Both",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Succeed"}}},
                {"StartAt": "Left", "States": {"Left": {"Type": "Wait", "Seconds": 5, "End": True}}},
            ],
            "End": True,
        },
        "Rest": {"Type": "Wait", "Seconds": 60, "Next": "Done"},
        "Done": {"Type": "Succeed"},
        "Stop": {"Type": "Fail", "Error": "No.Reason"},
    },
}
PICTURE = """\
flowchart TD
    s7(["Start"]) --> s1
    s1{{"Look"}}
    subgraph s2 ["Work<br/>each batch in an execution of its own, 7 at a time"]
        s11((" ")) --> s9
        s9["Job<br/>batch:submitJob.sync"]
        s10("Note")
        s9 -.->|"States.Timeout, States.TaskFailed"| s10
    end
    subgraph s3 ["Both<br/>all at once"]
        s14((" ")) --> s13
        s13(["Left"])
        s17((" ")) --> s16
        s16>"Left<br/>5 s"]
    end
    s4>"Rest<br/>60 s"]
    s5(["Done"])
    s6[["Stop<br/>No.Reason"]]
    s8(["End"])
    s1 -->|"Nothing to do"| s5
    s1 -->|"$states.input.items #gt; 3"| s2
    s1 -->|"Variable $.x, NumericEquals 1"| s6
    s1 -->|"otherwise"| s4
    s2 --> s3
    s3 --> s8
    s4 --> s5
"""


def test_a_picture_of_every_kind_of_state() -> None:
    assert mermaid(PIPELINE) == PICTURE


def test_older_names_of_fields_are_known() -> None:
    inner = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    machine = {"StartAt": "M", "States": {"M": {"Type": "Map", "Iterator": inner, "End": True}}}
    assert 'subgraph s1 ["M<br/>each item"]' in mermaid(machine)


@given(st.text(min_size=1, max_size=200))
def test_no_text_gets_out_of_its_label(name: str) -> None:
    [_, _, state, *_] = mermaid({"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}}).split("\n")
    label = re.fullmatch(r'    s1\("(.*)"\)', state)
    assert label
    assert not set('"<>') & set(label[1])
    assert len(re.sub(r"#(?:35|quot|lt|gt);", "x", label[1])) <= 60


@st.composite
def machines(draw: st.DrawFn) -> dict[str, Any]:
    """Chains of states with a jump somewhere, some of which hold machines themselves."""
    names = draw(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=5, unique=True))
    states: dict[str, Any] = {}
    for name, following in zip(names, [*names[1:], None], strict=True):
        state: dict[str, Any] = {"Type": draw(st.sampled_from(["Pass", "Task", "Parallel"]))}
        if state["Type"] == "Parallel":
            inner = {"StartAt": "x", "States": {"x": {"Type": "Pass", "End": True}}}
            state["Branches"] = [inner] * draw(st.integers(1, 3))
        else:
            state["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": draw(st.sampled_from(names))}]
        states[name] = {**state, **({"Next": following} if following else {"End": True})}
    return {"StartAt": names[0], "States": states}


@given(machines())
def test_every_edge_leads_from_a_node_to_a_node(machine: dict[str, Any]) -> None:
    picture = mermaid(machine)
    declared = re.findall(r"^ +(?:subgraph )?(s\d+)(?= ?[\[({>])", picture, re.MULTILINE)
    assert len(declared) == len(set(declared))
    branches = sum(len(state.get("Branches", [])) for state in machine["States"].values())
    assert len(declared) == len(machine["States"]) + 2 + 2 * branches, "start and end, and a circle in each branch"
    ends = re.findall(r"^ +(s\d+)(?:\S*| -->\|.*\|) ?-\S*->?\S* (s\d+)$", picture, re.MULTILINE)
    assert {node for pair in ends for node in pair} <= set(declared)
    assert picture.count("-.->") == sum(len(state.get("Catch", [])) for state in machine["States"].values())


@pytest.mark.parametrize(("most", "words"), [(0, "each item"), (3, "each item, 3 at a time")])
def test_how_many_at_a_time(most: int, words: str) -> None:
    inner = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    state = {"Type": "Map", "MaxConcurrency": most, "ItemProcessor": inner, "End": True}
    assert f'["M<br/>{words}"]' in mermaid({"StartAt": "M", "States": {"M": state}})


def test_an_error_that_is_computed_is_shown_without_its_brackets() -> None:
    stop = {"Type": "Fail", "Error": "{% $states.input.error %}"}
    assert 's1[["Stop<br/>$states.input.error"]]' in mermaid({"StartAt": "Stop", "States": {"Stop": stop}})
