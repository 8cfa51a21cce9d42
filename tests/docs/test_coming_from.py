"""The migration of docs/coming-from/aws-cdk-lib.md, deployed: each resource stays the one that it was."""

from pathlib import Path
from typing import Any

from aws_cdk import App, Stack

from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws
from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "coming-from" / "aws-cdk-lib.md")
STACKS = ("class Before(", "class After(")


def test_what_was_deployed_with_level_2_is_taken_over(tmp_path: Path) -> None:
    names: dict[str, Any] = {}
    for block in PAGE.blocks("python"):
        if any(stack in block.text for stack in STACKS):
            exec(compile(block.text, PAGE.path, "exec"), names)  # noqa: S102 - our own page
    with EmbeddedAws(tmp_path) as aws:
        local_aws = LocalAws(aws, tmp_path)
        before = _deployed(local_aws, names["Before"](App()))
        after = _deployed(local_aws, names["After"](App()))
        events = local_aws.client("cloudformation").describe_stack_events(StackName="Nightly")["StackEvents"]
        assert before.items() - after.items() == _revisions(before)
        assert not [event for event in events if event["ResourceStatus"].startswith("DELETE")]
        assert local_aws.client("batch").describe_job_definitions(status="ACTIVE")["jobDefinitions"][0]["revision"] == 2


def _deployed(local_aws: LocalAws, stack: Stack) -> dict[str, str]:
    """Deploy a stack; what each of its resources is called in the account."""
    local_aws.deploy(stack)
    found = local_aws.client("cloudformation").describe_stack_resources(StackName="Nightly")["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def _revisions(deployed: dict[str, str]) -> set[tuple[str, str]]:
    """Job definitions, whose ARN has the number of its revision."""
    return {(name, known) for name, known in deployed.items() if ":job-definition/" in known}
