"""Faults as JSON and as the short text of the command line: read back unchanged, and mistakes told clearly."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.faults import (
    DeliverLate,
    DeliverOutOfOrder,
    DeliverTwice,
    ExitCode,
    FaultError,
    Hang,
    OutOfMemory,
    PullFailure,
    Reclaim,
    S3Refuse,
    S3Slow,
    ThrottleSubmit,
    ThrottleTarget,
)
from constructs_lib.local.faults.kinds.call_faults import S3_ERRORS, SUBMIT_ERRORS
from constructs_lib.local.faults.kinds.fault import Fault, options
from constructs_lib.local.faults.kinds.forms import KINDS, from_json, from_text, to_json, to_text
from constructs_lib.local.faults.kinds.values import Flag, Indexes, Number, OneOf, Text, Value


def values(value: Value) -> st.SearchStrategy[Any]:
    match value:
        case Text():
            return st.text(min_size=1)
        case Flag():
            return st.booleans()
        case OneOf():
            return st.sampled_from(value.choices)
        case Indexes():
            return st.none() | st.integers(0, 9_999) | st.sets(st.integers(0, 9_999), min_size=1, max_size=5)
        case Number(whole=True):
            numbers: st.SearchStrategy[Any] = st.integers(int(value.low), int(min(value.high, 1_000)))
            return st.none() | numbers if value.optional else numbers
        case Number():
            return st.floats(value.low, min(value.high, 1e9))
    raise AssertionError(value)


faults = st.sampled_from(list(KINDS.values())).flatmap(
    lambda kind: st.builds(kind, **{name: values(value) for name, value in options(kind).items()})
)


@given(faults)
def test_json_is_read_back_unchanged(fault: Fault) -> None:
    assert from_json(json.loads(json.dumps(to_json(fault)))) == fault


@given(faults)
def test_the_short_form_is_read_back_unchanged(fault: Fault) -> None:
    assert from_text(to_text(fault)) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("reclaim", Reclaim()),
        ("reclaim:index=3,attempt=1", Reclaim(index=3, attempt=1)),
        ("reclaim:index=1+3+5-7,force=true,after=0.5", Reclaim(index=[1, 3, 5, 6, 7], force=True, after=0.5)),
        ("exit-code:code=7,job=resize-*,attempt=*", ExitCode(7, job="resize-*", attempt=None)),
        ("hang:probability=0.25", Hang(probability=0.25)),
        ("throttle:times=3,error=Batch.AWSBatchException", ThrottleSubmit(times=3, error="Batch.AWSBatchException")),
        ("s3-refuse:key=a\\,b,status=403", S3Refuse(key="a,b", status=403)),
        ("s3-slow:seconds=2,operation=Put*", S3Slow(2, operation="Put*")),
        ("deliver-twice:source=Nightly*,times=*", DeliverTwice(source="Nightly*", times=None)),
        ("deliver-late:seconds=600", DeliverLate(600)),
        ("deliver-out-of-order:seconds=5", DeliverOutOfOrder(seconds=5)),
        ("throttle-target:target=*:stateMachine:*,times=3", ThrottleTarget(target="*:stateMachine:*", times=3)),
    ],
)
def test_the_short_form(text: str, fault: Fault) -> None:
    assert from_text(text) == fault


@pytest.mark.parametrize(
    ("text", "where", "got", "expected", "fix"),
    [
        ("recliam", "kind", '"recliam"', "one of reclaim, no-capacity,", "Did you mean reclaim?"),
        ("reclaim:indx=3", "reclaim", "option 'indx'", "one of job, index,", "Did you mean index?"),
        ("reclaim:index", "reclaim", "'index'", "option=value", "Write reclaim:option=value,option=value."),
        ("reclaim:", "reclaim", "''", "option=value", "Write reclaim:option=value,option=value."),
        ("hang:index=1,index=2", "hang: index", "it twice", "it once", "Leave one of them out."),
        ("exit-code", "exit-code: code", "nothing", "a number from 0 to 255", "Add the option code."),
        ("exit-code:code=256", "exit-code: code", '"256"', "a number from 0 to 255", "constructs-lib local faults"),
        ("hang:index=3-1", "hang: index", '"3-1"', "a number from 0, several", "constructs-lib local faults"),
        ("hang:attempt=0", "hang: attempt", '"0"', "a number from 1, or * for all", "constructs-lib local faults"),
        ("hang:probability=1.5", "hang: probability", '"1.5"', "a number from 0 to 1", "constructs-lib local faults"),
        ("hang:probability=NaN", "hang: probability", '"NaN"', "a number from 0 to 1", "constructs-lib local faults"),
        ("hang:job=", "hang: job", '""', "a pattern such as", "constructs-lib local faults"),
        ("reclaim:force=yes", "reclaim: force", '"yes"', "true or false", "constructs-lib local faults"),
        ("throttle:error=Throttled", "throttle: error", '"Throttled"', "one of Batch.TooMany", "constructs-lib local"),
        ("s3-refuse:status=404", "s3-refuse: status", '"404"', "one of 403, 500, 503", "constructs-lib local faults"),
    ],
)
def test_a_mistake_is_told(text: str, where: str, got: str, expected: str, fix: str) -> None:
    with pytest.raises(FaultError) as caught:
        from_text(text)
    error = caught.value
    assert (error.where, error.got) == (where, got)
    assert error.expected.startswith(expected)
    assert fix in error.fix
    assert str(error) == f"{where}: got {got}, expected {error.expected}. {error.fix}"


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ("reclaim", "fault"),
        ({}, "kind"),
        ({"kind": 3}, "kind"),
        ({"kind": "reclaim", "index": "3"}, "reclaim: index"),
        ({"kind": "reclaim", "index": [1, -1]}, "reclaim: index"),
        ({"kind": "reclaim", "index": []}, "reclaim: index"),
        ({"kind": "reclaim", "index": True}, "reclaim: index"),
        ({"kind": "reclaim", "attempt": 1.0}, "reclaim: attempt"),
        ({"kind": "reclaim", "after": "1"}, "reclaim: after"),
        ({"kind": "reclaim", "force": 1}, "reclaim: force"),
        ({"kind": "s3-refuse", "status": True}, "s3-refuse: status"),
    ],
)
def test_json_of_the_wrong_type_is_told(entry: Any, where: str) -> None:
    with pytest.raises(FaultError) as caught:
        from_json(entry)
    assert caught.value.where == where


def test_python_is_checked_too() -> None:
    with pytest.raises(FaultError, match=r"exit-code: code: got 300, expected a number from 0 to 255"):
        ExitCode(300)


def test_faults_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        OutOfMemory().after = 3  # type: ignore[misc]


def test_options_at_their_default_are_not_written() -> None:
    assert to_json(PullFailure(job="*", attempt=1)) == {"kind": "pull-failure"}
    assert to_text(PullFailure()) == "pull-failure"
    assert to_json(Reclaim(attempt=None, index=range(2))) == {"kind": "reclaim", "index": [0, 1], "attempt": "*"}


def test_every_spelling_and_status_can_be_asked_for() -> None:
    assert {ThrottleSubmit(error=error).error for error in SUBMIT_ERRORS} == SUBMIT_ERRORS.keys()
    assert {S3Refuse(status=status).status for status in S3_ERRORS} == S3_ERRORS.keys()
