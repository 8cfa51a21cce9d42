"""What a target gets by a template: values as JSON or as text, by where their variables stand."""

from typing import Any

import pytest

from constructs_lib.local.events.inputs import input_of

EVENT: dict[str, Any] = {"time": "2026-11-21T08:00:00Z", "detail": {"name": 'a "b"\n', "ids": [1, 2], "n": 7}}
RULE = "arn:aws:events:us-east-1:123456789012:rule/nightly"
PATHS = {"name": "$.detail.name", "ids": "$.detail.ids", "n": "$.detail.n", "gone": "$.detail.gone"}


@pytest.mark.parametrize(
    ("template", "given"),
    [
        ('{"name": <name>, "ids": <ids>, "n": <n>}', EVENT["detail"]),
        ('{"name": "<name>", "n": "<n>"}', {"name": EVENT["detail"]["name"], "n": "7"}),
        ('"Job <name>: <ids> of <n>"', 'Job a "b"\n: [1, 2] of 7'),
        ('{"gone": <gone>, "text": "<gone>"}', {"gone": "", "text": ""}),
        ('{"at": <aws.events.event.ingestion-time>}', {"at": EVENT["time"]}),
        ("<aws.events.event.json>", EVENT),
        ('"One of <n>."\n"Second line"', '"One of 7."\n"Second line"'),
        ("Job <ids> of <n>", "Job [1, 2] of 7"),
        ('{"by": "<aws.events.rule-name>", "arn": <aws.events.rule-arn>}', {"by": "nightly", "arn": RULE}),
        ('{"about": <aws.events.event>}', {"about": {"time": EVENT["time"]}}),
    ],
    ids=["json", "text", "sentence", "absent", "time", "event", "lines", "words", "rule", "envelope"],
)
def test_a_template(template: str, given: Any) -> None:
    transformer = {"InputPathsMap": PATHS, "InputTemplate": template}
    assert input_of({"InputTransformer": transformer}, EVENT, RULE) == given


@pytest.mark.parametrize(
    ("target", "given"),
    [
        ({}, EVENT),
        ({"Input": "[1]"}, [1]),
        ({"InputPath": "$.detail.n"}, 7),
        ({"InputPath": "$.detail.gone"}, None),
    ],
)
def test_what_is_no_template(target: dict[str, str], given: Any) -> None:
    assert input_of(target, EVENT) == given
