"""Causes as sentences."""

import json
from io import StringIO

import pytest
from rich.console import Console

from constructs_lib.local.runs.causes import sentence, without_rerun
from constructs_lib.local.runs.display import show_failures
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.runs.outcome_page import report_of


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ({"total": 5, "failed": 2, "failedIndexes": [1, 3]}, "2 of 5 items failed: items 1, 3."),
        ({"total": 1, "failed": 1, "failedIndexes": [0]}, "1 of 1 items failed: item 0."),
        (
            {"total": 2_000, "failed": 1_500, "failedIndexes": list(range(1_500))},
            "1,500 of 2,000 items failed: items 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1,490 more.",
        ),
        ({"total": 9, "failed": 3}, "3 of 9 items failed."),
        (
            {"JobName": "Plan", "JobId": "8e", "StatusReason": "Host EC2 terminated", "Container": {}},
            "Job Plan (8e) failed: Host EC2 terminated.",
        ),
        (
            {"JobName": "Plan", "JobId": "8e", "StatusReason": "Essential container", "Container": {"ExitCode": 7}},
            "Job Plan (8e) failed: Essential container, exit code 7.",
        ),
        ({"errorType": "KeyError", "errorMessage": "'x'"}, "The function raised KeyError: 'x'"),
        ({"TaskArn": "arn:…", "StoppedReason": "Timeout"}, "Task arn:… stopped: Timeout."),
        ({}, None),
        ({"failed": "many"}, None),
        ([1], None),
        (7, None),
    ],
)
def test_what_json_says_is_a_sentence(cause: object, said: str | None) -> None:
    assert sentence(json.dumps(cause)) == said


def test_a_text_stays_one() -> None:
    assert sentence("no such key") is None


def test_a_sentence_stands_before_its_json() -> None:
    cause = '{"total":3,"failed":1,"failedIndexes":[2]}'
    text = StringIO()
    show_failures(Console(file=text, width=40), Outcome("FAILED", None, "FanOut.TooManyFailures", cause, [], {}))
    assert text.getvalue().splitlines() == ["FanOut.TooManyFailures: 1 of 3 items failed: item 2.", cause]


def test_it_stands_there_on_the_page_of_a_run_too() -> None:
    cause = '{"total":3,"failed":1}'
    page = report_of(Outcome("FAILED", None, "FanOut.TooManyFailures", cause, [], {}), "Run")
    assert page.cause == f"1 of 3 items failed. {cause}"


@pytest.mark.parametrize(
    ("cause", "left"),
    [
        ('{"failed":1,"rerun":"constructs-lib rerun arn:…"}', '{"failed":1}'),
        ('{"failed": 1}', '{"failed": 1}'),
        ("text", "text"),
        (None, None),
    ],
)
def test_an_aws_that_is_gone_reruns_nothing(cause: str | None, left: str | None) -> None:
    assert without_rerun(cause) == left
