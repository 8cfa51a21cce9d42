"""AWS::Budgets::Budget.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler


@dataclass(frozen=True, kw_only=True)
class _Budget(OperationsHandler):
    def make(self, desired: Desired) -> Made:
        super().make(desired)
        return Made(self.given(desired)["Budget"]["BudgetName"])

    def given(self, desired: Desired) -> Properties:
        budget = desired.properties["Budget"]
        named = {**budget, "BudgetName": budget.get("BudgetName", desired.name)}
        return {**desired.properties, "Budget": named, "AccountId": desired.services.account}

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Put another one in its place, as moto cannot change one."""
        del change
        self.remove(made, desired)
        self.make(desired)

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {"AccountId": desired.services.account, "BudgetName": made.physical_id}


HANDLERS: dict[str, Handler] = {
    "AWS::Budgets::Budget": _Budget(
        service="budgets",
        makes="create_budget",
        changes="update_budget",
        removes="delete_budget",
        key="BudgetName",
        ref="ResponseMetadata.HTTPStatusCode",
        paths={"Id": ""},
    ),
}
