"""A monthly budget for what carries a tag: it warns, and if asked, caps compute environments."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Aws
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.names import check_tags
from constructs_lib.core.place import Place
from constructs_lib.costs.cap import Cappable, VcpuCap
from constructs_lib.costs.checks import check_budget, check_cap, check_region


@checked
class BatchBudget(Construct):
    """A budget in US dollars a month for the costs that carry a tag, such as one of `CostTags`.

    AWS knows costs late: AWS Budgets looks up to three times a day, at data that is hours old. A cap therefore bounds
    what a runaway queue costs to about a day of its ``max_vcpus``, not to the cent; jobs that run finish. The tag has
    to be activated as a cost allocation tag in the Billing console, else the budget sees no costs.
    Sources: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html and
    https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        monthly_usd: the budget.
        tag: key and value of the costs that count.
        emails: who is told, up to 10 addresses.
        topic: who is told, too; AWS Budgets gets the right to publish to it if it is one of this app. Default: none.
        warn_at: percentages of the budget, spent. Default: 50, 80 and 100.
        forecast_at: a percentage that the month will probably reach; AWS needs about five weeks of costs to tell.
            Default: 100. None does not warn of it.
        cap_at: a percentage of the budget, spent, at which environments are capped. Default: none are.
        capped_environments: those that ``cap_at`` caps.
        capped_vcpus: to how many vCPUs, each. Default: 0, which disables them.
        restore_monthly: take the cap off on the first of the month, UTC. Default: it is.
        budget_name: physical name. Default: made by CloudFormation.

    Raises:
        ConfigurationError: a stack in AWS GovCloud, which has no AWS Budgets; no money, nobody to tell, percentages
            that are none, a cap of nothing or that caps nothing.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        monthly_usd: float,
        tag: tuple[str, str],
        emails: Sequence[str] = (),
        topic: sns.ITopic | None = None,
        warn_at: Sequence[float] = (50, 80, 100),
        forecast_at: float | None = 100,
        cap_at: float | None = None,
        capped_environments: Sequence[Cappable] = (),
        capped_vcpus: int = 0,
        restore_monthly: bool = True,
        budget_name: str | None = None,
    ) -> None:
        place = Place("BatchBudget", scope, construct_id)
        check_region(place)
        check_tags(place.of("tag"), dict([tag]), code="MONEY001")
        check_budget(
            place, monthly_usd=monthly_usd, emails=emails, topic=topic, warn_at=warn_at, forecast_at=forecast_at
        )
        check_cap(place, cap_at=cap_at, environments=capped_environments, vcpus=capped_vcpus)
        super().__init__(scope, construct_id)
        self._emails = emails
        self.cap: VcpuCap | None = None
        notifications = [self._notify("ACTUAL", at, topic) for at in warn_at if at != cap_at]
        if forecast_at is not None:
            notifications.append(self._notify("FORECASTED", forecast_at, topic))
        if cap_at is not None:
            self.cap = VcpuCap(
                self,
                "Cap",
                environments=capped_environments,
                vcpus=capped_vcpus,
                restore_monthly=restore_monthly,
            )
            notifications.append(self._notify("ACTUAL", cap_at, self.cap.topic))
        told_topics = [told for told in (topic, self.cap.topic if self.cap else None) if told]
        for told in told_topics:
            _let_publish(told)
        budget = budgets.CfnBudget(
            self,
            "Resource",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=monthly_usd, unit="USD"),
                cost_filters={"TagKeyValue": ["user:{}${}".format(*tag)]},
                budget_name=budget_name,
            ),
            notifications_with_subscribers=notifications,
        )
        for told in told_topics:
            # AWS Budgets tries to publish when it is given a topic: the right has to be there before.
            if policy := told.node.try_find_child("Policy"):
                budget.node.add_dependency(policy)

    def _notify(self, kind: str, at: float, topic: sns.ITopic | None) -> dict[str, Any]:
        by_email = [{"subscriptionType": "EMAIL", "address": address} for address in self._emails]
        by_topic = [{"subscriptionType": "SNS", "address": topic.topic_arn}] if topic else []
        return {
            "notification": {
                "notificationType": kind,
                "comparisonOperator": "GREATER_THAN",
                "threshold": at,
                "thresholdType": "PERCENTAGE",
            },
            "subscribers": [*by_topic, *by_email],
        }


def _let_publish(topic: sns.ITopic) -> None:
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal("budgets.amazonaws.com")],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
        )
    )
