"""The function that registers revisions, over a Batch that keeps what it is given."""

import copy
import json
from typing import Any

import boto3
import pytest

from constructs_lib.delivery import register_revision

REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/report"
DIGEST = f"sha256:{'1' * 64}"
EVENT = {"detail": {"image-digest": DIGEST}}
ARN = "arn:aws:batch:eu-west-1:123456789012:job-definition/Report"


class Batch:
    """Answers as AWS Batch does: with what was registered, and more."""

    def __init__(self, *revisions: dict[str, Any]) -> None:
        self.meta = boto3.client("batch", region_name="eu-west-1").meta
        self.revisions = [self._completed(number, item) for number, item in enumerate(revisions, 1)]
        self.registered: list[dict[str, Any]] = []

    def get_paginator(self, operation: str) -> "Batch":
        assert operation == "describe_job_definitions"
        return self

    def paginate(self, **given: str) -> list[dict[str, Any]]:
        assert given == {"jobDefinitionName": "Report", "status": "ACTIVE"}
        # One each page, and the newest is not the last.
        return [{"jobDefinitions": [item]} for item in copy.deepcopy(self.revisions[::-1])]

    def register_job_definition(self, **given: Any) -> dict[str, Any]:
        self.registered.append(given)
        self.revisions.append(self._completed(len(self.revisions) + 1, given))
        return self.revisions[-1]

    def _completed(self, number: int, given: dict[str, Any]) -> dict[str, Any]:
        made = {"jobDefinitionArn": f"{ARN}:{number}", "revision": number, "status": "ACTIVE"}
        return {"jobDefinitionName": "Report", "containerOrchestrationType": "ECS", **given, **made}


def definition(image: str, **others: Any) -> dict[str, Any]:
    """A definition as it is registered."""
    container = {"image": image, "environment": [{"name": "image", "value": f"{REPOSITORY}:newest"}]}
    return {"type": "container", "containerProperties": container, "tags": {"team": "data"}, **others}


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPOSITORY", REPOSITORY)
    monkeypatch.setenv("JOBS", json.dumps(["Report"]))


def handled(monkeypatch: pytest.MonkeyPatch, batch: Batch) -> dict[str, str]:
    monkeypatch.setattr(boto3, "client", lambda service: {"batch": batch}[service])
    return register_revision.handler(EVENT, None)


def test_the_newest_is_registered_again_with_the_image_and_nothing_else_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older = definition(f"{REPOSITORY}:newest", timeout={"attemptDurationSeconds": 60})
    newer = definition(f"{REPOSITORY}@sha256:{'0' * 64}", timeout={"attemptDurationSeconds": 90})
    batch = Batch(older, newer)
    assert handled(monkeypatch, batch) == {"Report": f"{ARN}:3"}
    expected = definition(f"{REPOSITORY}@{DIGEST}", timeout={"attemptDurationSeconds": 90})
    assert batch.registered == [{"jobDefinitionName": "Report", **expected}]


def test_a_revision_that_has_the_image_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = Batch(definition(f"{REPOSITORY}:newest"))
    assert handled(monkeypatch, batch) == handled(monkeypatch, batch) == {"Report": f"{ARN}:2"}
    assert len(batch.registered) == 1


def test_tags_of_cloudformation_are_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = {"aws:cloudformation:stack-name": "Stack", "team": "data"}
    batch = Batch(definition(f"{REPOSITORY}:newest", tags=tags))
    handled(monkeypatch, batch)
    assert batch.registered[0]["tags"] == {"team": "data"}


def test_a_definition_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LookupError, match="no revision of Report is active"):
        handled(monkeypatch, Batch())
