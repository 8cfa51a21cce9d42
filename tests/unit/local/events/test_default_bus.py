"""Which events are made at all: those that a rule could want."""

from typing import Any

import pytest

from constructs_lib.local.events.default_bus import _may_match

FAILED = {"source": ["aws.batch"], "detail": {"status": ["FAILED"], "arrayProperties": {"index": [{"exists": False}]}}}


@pytest.mark.parametrize(
    ("pattern", "known", "may"),
    [
        ({}, {"source": "aws.batch"}, True),
        ({"source": ["aws.batch"]}, {}, True),
        ({"source": ["aws.states", "aws.batch"]}, {"source": "aws.batch"}, True),
        ({"source": ["aws.states"]}, {"source": "aws.batch"}, False),
        ({"source": [{"prefix": "aws."}]}, {"source": "other"}, True),
        ({"source": ["aws.states", {"prefix": "aws."}]}, {"source": "aws.batch"}, True),
        (FAILED, {"source": "aws.batch", "detail": {"status": "FAILED"}}, True),
        (FAILED, {"source": "aws.batch", "detail": {"status": "RUNNING"}}, False),
        (FAILED, {"detail": {"status": "FAILED", "arrayProperties": {"index": 0}}}, False),
        (FAILED, {"detail": {"status": "FAILED", "arrayProperties": {"size": 10}}}, True),
        ({"detail": {"$or": [{"status": ["FAILED"]}]}}, {"detail": {"status": "RUNNING"}}, True),
        ({"resources": ["arn:a"]}, {"resources": ["arn:a", "arn:b"]}, True),
        ({"detail": {"count": [1]}}, {"detail": {"count": 2}}, True),
    ],
)
def test_an_event_that_no_rule_could_want_is_seen_before_it_is_made(
    pattern: dict[str, Any], known: dict[str, Any], *, may: bool
) -> None:
    assert _may_match(pattern, known) is may
