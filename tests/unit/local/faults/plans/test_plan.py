"""A plan decides by its seed alone, and accounts for what happened and what did not."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.faults import (
    ExitCode,
    FaultPlan,
    Hang,
    OutOfMemory,
    Reclaim,
    S3Refuse,
    S3Slow,
    ThrottleSubmit,
)
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.plans.occasions import S3Request, StartingAttempt, SubmitJobCall

EXECUTION = "3f2b8c1e-0d5a-4b6e-9c7f-1a2b3c4d5e6f"
ANOTHER = "aaaaaaaa-0d5a-4b6e-9c7f-1a2b3c4d5e6f"


def attempt(
    name: str = "work", index: int | None = 0, number: int = 1, capacity: str = "SPOT", **more: Any
) -> StartingAttempt:
    return StartingAttempt(job_id="id", name=name, index=index, attempt=number, capacity=capacity, **more)


def struck(plan: FaultPlan, attempts: list[StartingAttempt]) -> set[str]:
    return {item.identity for item in attempts if plan.for_attempt(item)}


@given(
    seed=st.integers(),
    probability=st.floats(0, 1),
    shuffle=st.randoms(use_true_random=False),
)
def test_the_same_seed_strikes_the_same_attempts_in_any_order(
    seed: int, probability: float, shuffle: random.Random
) -> None:
    attempts = [attempt(index=index, number=number) for index in range(20) for number in (1, 2)]
    faults = [Hang(probability=probability, attempt=None)]
    expected = struck(FaultPlan(faults, seed=seed), attempts)
    shuffle.shuffle(attempts)
    assert struck(FaultPlan(faults, seed=seed), attempts) == expected


def test_probability_is_how_often_it_happens_and_seeds_differ() -> None:
    attempts = [attempt(index=index) for index in range(2_000)]
    found = [struck(FaultPlan([Hang(probability=0.1)], seed=seed), attempts) for seed in (1, 2)]
    assert all(150 < len(item) < 250 for item in found)
    assert found[0] != found[1]
    assert not struck(FaultPlan([Hang(probability=0)]), attempts)
    assert len(struck(FaultPlan([Hang()]), attempts)) == 2_000


def test_two_faults_of_one_kind_decide_independently() -> None:
    attempts = [attempt(index=index) for index in range(200)]
    plan = FaultPlan([Hang(probability=0.5), Hang(probability=0.5)])
    numbers = [found[0] for item in attempts if (found := plan.for_attempt(item))]
    assert set(numbers) == {1, 2}


def test_names_of_executions_do_not_matter() -> None:
    plan = FaultPlan([Hang(probability=0.5), S3Refuse(probability=0.5, times=None)])
    for index in range(50):
        first, second = (plan.for_attempt(attempt(f"work-{execution}", index)) for execution in (EXECUTION, ANOTHER))
        assert (first is None) == (second is None)
        keys = (S3Request("GetObject", execution[:8], f"{execution}/{index}") for execution in (EXECUTION, ANOTHER))
        assert len({FaultPlan(plan.faults).for_call(S3Refuse, key, 0) is None for key in keys}) == 1


def test_jobs_without_an_index_have_chances_of_their_own() -> None:
    plan = FaultPlan([Hang(probability=0.5)])
    found = [plan.for_attempt(attempt(index=None, ordinal=ordinal)) for ordinal in range(50)]
    assert 10 < found.count(None) < 40


@pytest.mark.parametrize(
    ("fault", "other", "selected"),
    [
        (Hang(job="res*"), attempt("resize"), True),
        (Hang(job="res*"), attempt("work"), False),
        (Hang(index=3), attempt(index=3), True),
        (Hang(index=3), attempt(index=None), False),
        (Hang(index=[1, 3]), attempt(index=1), True),
        (Hang(), attempt(index=None), True),
        (Hang(), attempt(number=2), False),
        (Hang(attempt=None), attempt(number=2), True),
        (Reclaim(), attempt(capacity="FARGATE_SPOT"), True),
        (Reclaim(), attempt(capacity="FARGATE"), False),
        (Reclaim(force=True), attempt(capacity="EC2"), True),
    ],
)
def test_selectors(fault: Fault, other: StartingAttempt, *, selected: bool) -> None:
    assert FaultPlan([fault]).for_attempt(other) == ((1, fault) if selected else None)


def test_the_first_fault_that_selects_an_attempt_strikes_it() -> None:
    plan = FaultPlan([ExitCode(7, index=1), OutOfMemory(), Hang()])
    assert plan.for_attempt(attempt(index=1)) == (1, ExitCode(7, index=1))
    assert plan.for_attempt(attempt(index=2)) == (2, OutOfMemory())


def test_calls_are_struck_so_many_times() -> None:
    plan = FaultPlan([ThrottleSubmit(times=2, job="work*"), ThrottleSubmit(job="work*", error="Batch.BatchException")])
    calls = [SubmitJobCall(name) for name in ("other", "work", "work-1", "work", "work")]
    found = [plan.for_call(ThrottleSubmit, call, float(second)) for second, call in enumerate(calls)]
    assert found == [None, plan.faults[0], plan.faults[0], plan.faults[1], None]
    assert [(item.at, item.number, str(item)) for item in plan.injected] == [
        (1, 1, "throttle: SubmitJob work"),
        (2, 1, "throttle: SubmitJob work-1"),
        (3, 2, "throttle: SubmitJob work"),
    ]
    assert plan.unmet() == []


def test_s3_requests_are_selected_by_operation_bucket_and_key() -> None:
    plan = FaultPlan([S3Slow(1, operation="Put*", bucket="data-*", key="*results*")])
    hit = S3Request("PutObject", "data-1", "x/results/3.json")
    assert plan.for_call(S3Slow, hit, 0) == plan.faults[0]
    assert plan.for_call(S3Refuse, hit, 0) is None, "another kind"
    for miss in (
        S3Request("GetObject", hit.bucket, hit.key),
        S3Request(hit.operation, "other", hit.key),
        S3Request(hit.operation, hit.bucket, "x/3.json"),
    ):
        assert plan.for_call(S3Slow, miss, 0) is None


@pytest.mark.parametrize(
    ("fault", "seen", "reason"),
    [
        (Hang(), [], "fault 1 (hang) never happened: there was no job"),
        (Hang(job="a"), [attempt("b")], "fault 1 (hang:job=a) never happened: no job matched, such as b"),
        (Hang(index=99), [attempt()], "fault 1 (hang:index=99) never happened: no job had index 99"),
        (Hang(index=[8, 9]), [attempt()], "fault 1 (hang:index=8+9) never happened: no job had index 8 or 9"),
        (Hang(attempt=3), [attempt()], "fault 1 (hang:attempt=3) never happened: no job had attempt 3"),
        (
            Hang(probability=0),
            [attempt()],
            "fault 1 (hang:probability=0) never happened: its probability of 0 spared every job, with seed 7",
        ),
        (
            Reclaim(),
            [attempt(capacity="FARGATE")],
            "fault 1 (reclaim) never happened: only Spot capacity is reclaimed, this is FARGATE; force=true does it",
        ),
    ],
)
def test_what_did_not_happen_is_told_with_the_reason(fault: Fault, seen: list[StartingAttempt], reason: str) -> None:
    plan = FaultPlan([fault], seed=7)
    for item in seen:
        assert plan.for_attempt(item) is None
    assert plan.unmet() == [reason]


def test_the_nearest_miss_is_the_reason() -> None:
    plan = FaultPlan([Hang(job="work", index=3, attempt=2)])
    for item in (attempt("other"), attempt(index=3), attempt(index=4)):
        plan.for_attempt(item)
    assert plan.unmet() == ["fault 1 (hang:job=work,index=3,attempt=2) never happened: no job had attempt 2"]


def test_a_fault_behind_another_one_is_told() -> None:
    plan = FaultPlan([Hang(), OutOfMemory()])
    plan.for_attempt(attempt())
    plan.struck(1, attempt(), 5.0)
    assert plan.unmet() == [
        "fault 2 (out-of-memory) never happened: an earlier fault of the plan struck the same attempts",
    ]
    assert [str(item) for item in plan.injected] == ["hang: work item 0, attempt 1"]


def test_calls_that_did_not_come_are_told() -> None:
    plan = FaultPlan([ThrottleSubmit(times=3), S3Slow(1, key="nope")])
    plan.for_call(ThrottleSubmit, SubmitJobCall("work"), 0)
    plan.for_call(S3Slow, S3Request("GetObject", "b", "k"), 0)
    assert plan.unmet() == [
        "fault 1 (throttle:times=3) happened 1 of 3 times: there were no more calls that it selects",
        "fault 2 (s3-slow:seconds=1,key=nope) never happened: no call matched, such as GetObject s3://b/k",
    ]


def test_plans_are_equal_when_they_want_the_same() -> None:
    assert FaultPlan([Hang()], seed=1) == FaultPlan([Hang()], seed=1)
    assert len({FaultPlan([Hang()]), FaultPlan([Hang()]), FaultPlan([Hang()], seed=1)}) == 2
