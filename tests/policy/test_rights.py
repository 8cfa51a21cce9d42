"""Statements on every resource are for actions that AWS knows no narrower resource for, and nobody gets all actions."""

from collections.abc import Iterator
from typing import Any

# Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
WITHOUT_RESOURCES = {
    "batch:DescribeJobs",
    "batch:ListJobs",
    "ecr:GetAuthorizationToken",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


def statements(templates: dict[str, dict[str, Any]]) -> Iterator[tuple[str, list[str], Any]]:
    """Who may do what on what, by the policies of roles."""
    for stack, template in templates.items():
        for logical_id, resource in template["Resources"].items():
            properties = resource["Properties"]
            inline = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
            attached = [properties["PolicyDocument"]] if resource["Type"] == "AWS::IAM::Policy" else []
            for document in inline + attached:
                for statement in document["Statement"]:
                    if statement["Effect"] == "Allow":
                        actions = statement["Action"]
                        listed = actions if isinstance(actions, list) else [actions]
                        yield f"{stack}.{logical_id}", listed, statement["Resource"]


def test_only_what_cannot_be_narrowed_is_allowed_on_everything(templates: dict[str, dict[str, Any]]) -> None:
    found = list(statements(templates))
    assert found
    wide = {(who, action) for who, actions, resource in found if resource == "*" for action in actions}
    assert {(who, action) for who, action in wide if action not in WITHOUT_RESOURCES} == set()


def test_no_action_has_a_wildcard(templates: dict[str, dict[str, Any]]) -> None:
    wildcards = [(who, action) for who, actions, _ in statements(templates) for action in actions if "*" in action]
    assert wildcards == []
