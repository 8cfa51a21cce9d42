"""What a person reads about faults: what they can be, and what became of them."""

import io

from rich.console import Console

from constructs_lib.local.faults import FaultPlan, Hang, Reclaim, ThrottleSubmit
from constructs_lib.local.faults.kinds.explanation import explanation
from constructs_lib.local.faults.kinds.fault import options
from constructs_lib.local.faults.kinds.forms import KINDS
from constructs_lib.local.faults.plans.display import show_faults
from constructs_lib.local.faults.plans.occasions import StartingAttempt, SubmitJobCall


def test_every_kind_and_option_is_explained() -> None:
    paragraphs = explanation().split("\n\n")
    *kinds, shared = paragraphs
    assert [paragraph.splitlines()[0] for paragraph in kinds] == list(KINDS)
    for paragraph, kind in zip(kinds, KINDS.values(), strict=True):
        for name in options(kind):
            own = f"    {name}: " in paragraph
            assert own or f"    {name}: " in shared
            assert own or name in paragraph.splitlines()[-1].removeprefix("    and ").split(", ")
        assert "None" not in paragraph
        assert "`" not in paragraph
    assert max(len(line) for line in explanation().splitlines()) <= 100


def test_what_became_of_a_plan() -> None:
    plan = FaultPlan([Hang(attempt=None), ThrottleSubmit(times=2), Reclaim(index=99)])
    for number in range(1, 8):
        attempt = StartingAttempt(f"id-{number}", "work", 3, number, "EC2")
        assert plan.for_attempt(attempt)
        plan.struck(1, attempt, 0)
    plan.for_call(ThrottleSubmit, SubmitJobCall("work"), 0)
    output = io.StringIO()
    show_faults(Console(file=output, width=100), plan)
    text = output.getvalue()
    assert next(line.split() for line in text.splitlines() if "hang" in line)[1:5] == ["hang:attempt=*", "│", "7", "│"]
    assert "work item 3, attempt 5" in text
    assert "… and 2 more" in text
    assert "SubmitJob work" in text
    assert "fault 2 (throttle:times=2) happened 1 of 2 times" in text
    assert "fault 3 (reclaim:index=99) never happened: no job had index 99" in text
