"""Which lines of two templates a reviewer is shown: the changed ones, below their resource."""

import pytest

from constructs_lib.testing.differences import differences

KEPT = """\
Jobs/Policy (AWS::IAM::Policy PolicyA1):
  Properties:
    PolicyDocument:
      Statement:
        - Action: s3:GetObject
          Effect: Allow
          Resource: !GetAtt Bucket.Arn
        - Action:
            - batch:SubmitJob
            - batch:TagResource
          Effect: Allow
          Resource: *

Jobs/Project (AWS::CodeBuild::Project ProjectB2):
  Properties:
    BuildSpec: |
      {

        "version": "0.2"
      }
    Name: project

Jobs/Queue (AWS::Batch::JobQueue QueueC3):
  Properties:
    Priority: 1
    State: ENABLED
"""


def difference(received: str) -> list[str]:
    return [f"{mark} {text}".rstrip() for mark, text in differences(KEPT, received)]


def test_a_change_stands_below_the_header_and_the_keys() -> None:
    assert difference(KEPT.replace("Resource: !GetAtt Bucket.Arn", "Resource: *")) == [
        "  Jobs/Policy (AWS::IAM::Policy PolicyA1):",
        "    Properties: PolicyDocument: Statement: - Action: s3:GetObject",
        "            Effect: Allow",
        "-           Resource: !GetAtt Bucket.Arn",
        "+           Resource: *",
        "          - Action:",
    ]


def test_changes_of_one_resource_have_one_header() -> None:
    changed = KEPT.replace("s3:GetObject", "s3:*").replace("batch:TagResource", "batch:*")
    lines = difference(changed)
    assert [line for line in lines if line.startswith("  Jobs")] == ["  Jobs/Policy (AWS::IAM::Policy PolicyA1):"]
    assert [line for line in lines if line[0] in "-+"] == [
        "-         - Action: s3:GetObject",
        "+         - Action: s3:*",
        "-             - batch:TagResource",
        "+             - batch:*",
    ]


def test_changes_of_two_resources_have_two_headers() -> None:
    lines = difference(KEPT.replace("s3:GetObject", "s3:*").replace("State: ENABLED", "State: DISABLED"))
    assert [line for line in lines if line.startswith("  Jobs")] == [
        "  Jobs/Policy (AWS::IAM::Policy PolicyA1):",
        "  Jobs/Queue (AWS::Batch::JobQueue QueueC3):",
    ]


def test_a_change_below_an_empty_line_of_a_text_has_its_header() -> None:
    lines = difference(KEPT.replace('"0.2"', '"0.3"'))
    assert lines[:2] == ["  Jobs/Project (AWS::CodeBuild::Project ProjectB2):", "    Properties: BuildSpec: | {"]


def test_a_new_resource_is_shown_with_its_header() -> None:
    new = "Jobs/Other (Test::Thing OtherD4):\n  Properties:\n    A: 1\n\n"
    lines = difference(KEPT.replace("Jobs/Policy", new + "Jobs/Policy"))
    assert [line for line in lines if line.startswith("+")] == [
        "+ Jobs/Other (Test::Thing OtherD4):",
        "+   Properties:",
        "+     A: 1",
        "+",
    ]


@pytest.mark.parametrize("kept", ["", KEPT])
def test_everything_is_new_where_nothing_was_kept(kept: str) -> None:
    shown = [line.text for line in differences(kept, KEPT) if line.mark == "+" and line.text]
    assert shown == ([] if kept else [line for line in KEPT.split("\n") if line])
