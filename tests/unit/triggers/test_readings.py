"""What starters make of what comes, asked of the embedded AWS and of the reference implementation of JSONata alike."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.local.patching import Patches
from constructs_lib.local.states.expressions import evaluation
from constructs_lib.triggers.queue_trigger import _READING as MESSAGES
from constructs_lib.triggers.schedule_trigger import _READING as SCHEDULE
from constructs_lib.triggers.upload_trigger import _MANY as MANY
from constructs_lib.triggers.upload_trigger import _ONE as ONE
from tests.properties import examples
from tests.unit.workflows.programs.engines import Reference, embedded

Ask = Callable[..., Any]
STARTER = "arn:aws:states:eu-west-1:123456789012:stateMachine:Starter"
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,79}")
KEYS = [
    "in/a.csv",
    "in/with space.csv",
    "in/plus+and%20percent&more=?.csv",
    "in/quote\" and 'apostrophe' and \\backslash.csv",
    "in/<tag>{brace}[bracket]$dollar{% 1 %}.csv",
    "in/line\nbreak\ttab.csv",
    "in/Ünïcode/日本/😀.csv",
    "日本語",
    "/",
    "a" * 1024,
    "é" * 512,
    quote("in/ä ö.csv"),
]


@pytest.fixture(scope="module", autouse=True)
def _jsonata() -> Iterator[None]:
    with Patches(evaluation.patches()):
        yield


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Both implementations' answer, which is one."""
    with Reference.started() as reference:

        def answer(program: str, given: Any, starter: str = STARTER) -> Any:
            states = {"input": given, "context": {"StateMachine": {"Id": starter}}}
            found = embedded(program, states)
            assert found == reference.answer(program, states)
            return found

        yield answer


def event(key: str, *, size: int = 7, sequencer: str = "0064D3", bucket: str = "data") -> dict[str, Any]:
    """The detail of an event of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html."""
    return {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": size, "etag": "b1946ac9", "version-id": "v1", "sequencer": sequencer},
        "request-id": "N4N7GDK58NMKJ12R",
        "requester": "123456789012",
        "source-ip-address": "1.2.3.4",
        "reason": "PutObject",
    }


def records(*bodies: Any) -> list[dict[str, Any]]:
    """What a pipe hands on: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html."""
    return [
        {
            "messageId": f"059f36b4-87a3-44ab-83d2-{at:012}",
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
            "awsRegion": "eu-west-1",
        }
        for at, body in enumerate(bodies)
    ]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_arrives_verbatim(ask: Ask, key: str) -> None:
    came = records(event(key))
    assert ask(ONE.when, came) is True
    assert ask(ONE.target_input, came) == {
        "bucket": "data",
        "key": key,
        "size": 7,
        "etag": "b1946ac9",
        "items": [key],
    }
    assert NAME.fullmatch(ask(ONE.name, came))


def test_collected_keys_arrive_verbatim_in_their_order_and_once(ask: Ask) -> None:
    came = records(*map(event, [*KEYS, KEYS[0]]))
    assert ask(MANY.target_input, came) == {"bucket": "data", "items": KEYS}
    assert ask(MANY.name, came).startswith(f"{len(KEYS)}-objects-")
    assert NAME.fullmatch(ask(MANY.name, came))


def test_one_collected_key_is_a_list_too(ask: Ask) -> None:
    assert ask(MANY.target_input, records(event("in/a"))) == {"bucket": "data", "items": ["in/a"]}


def test_an_object_that_is_told_of_twice_has_one_name_and_its_next_version_another(ask: Ask) -> None:
    first, again = records(event("in/a")), records("{}", event("in/a"))[1:]
    assert ask(ONE.name, first) == ask(ONE.name, again)
    names = {
        ask(ONE.name, records(each))
        for each in (
            event("in/a"),
            event("in/a", sequencer="0064D4"),
            event("in/b"),
            event("in/a", bucket="other"),
            event("in-a"),
        )
    }
    assert len(names) == 5


def test_two_triggers_start_the_same_machine_for_the_same_object(ask: Ask) -> None:
    came = records(event("in/a"))
    assert ask(ONE.name, came) != ask(ONE.name, came, starter=f"{STARTER}2")


def test_the_order_of_a_collected_list_does_not_change_its_name(ask: Ask) -> None:
    came = records(event("in/a"), event("in/b"))
    assert ask(MANY.name, came) == ask(MANY.name, came[::-1])
    assert ask(MANY.name, came) != ask(MANY.name, came[:1])


def test_the_marker_of_a_folder_starts_nothing(ask: Ask) -> None:
    marker, file, empty = event("in/", size=0), event("in/a"), event("in/empty", size=0)
    assert ask(ONE.when, records(marker)) is False
    assert ask(ONE.when, records(empty)) is True
    assert ask(ONE.when, records(event("in/", size=1))) is True
    assert ask(MANY.target_input, records(marker, file, empty))["items"] == ["in/a", "in/empty"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(max_examples=examples(1), deadline=None)
def test_any_key_arrives_verbatim_under_a_right_name(key: str) -> None:
    states = {"input": records(event(key)), "context": {"StateMachine": {"Id": STARTER}}}
    assert embedded(ONE.target_input, states)["items"] == [key]
    assert NAME.fullmatch(embedded(ONE.name, states))


def test_a_message_in_json_is_an_object_and_any_other_a_text(ask: Ask) -> None:
    bodies = ['{"a": [1, 2]}', "plain", "[1, 2]", "7", ' \n{"b": null}', "", "{}"]
    assert ask(MESSAGES.target_input, records(*bodies)) == {
        "items": [{"a": [1, 2]}, "plain", "[1, 2]", "7", {"b": None}, "", {}]
    }
    assert ask(MESSAGES.target_input, records("[1]")) == {"items": ["[1]"]}


def test_the_name_of_one_message_has_its_id_and_that_of_several_their_number(ask: Ask) -> None:
    one, two = records("a"), records("a", "b")
    assert ask(MESSAGES.name, one).startswith(one[0]["messageId"])
    assert ask(MESSAGES.name, two).startswith("2-messages-")
    assert ask(MESSAGES.name, two) == ask(MESSAGES.name, two[::-1])
    assert NAME.fullmatch(ask(MESSAGES.name, one))


def test_a_scheduled_time_has_one_name_whatever_the_attempt(ask: Ask) -> None:
    came = {"id": "Nightly", "schedule": "arn:s", "time": "2027-01-31T03:00:00Z", "input": {"day": 1}}
    name = ask(SCHEDULE.name, came)
    assert name.startswith("Nightly-2027-01-31T03-00-00Z-")
    assert NAME.fullmatch(name)
    assert name != ask(SCHEDULE.name, {**came, "time": "2027-02-01T03:00:00Z"})
    assert name != ask(SCHEDULE.name, {**came, "schedule": "arn:t"})
    assert ask(SCHEDULE.target_input, came) == {"day": 1}


def test_a_long_id_of_a_trigger_leaves_the_time_readable(ask: Ask) -> None:
    came = {"id": "Long" * 30, "schedule": "arn:s", "time": "2027-01-31T03:00:00Z", "input": {}}
    name = ask(SCHEDULE.name, came)
    assert "-2027-01-31T03-00-00Z-" in name
    assert NAME.fullmatch(name)
