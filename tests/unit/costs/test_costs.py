"""Cost tags, budgets and mixed capacity: what is made of them, and what would be no budget."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template

import constructs_lib
from constructs_lib import BatchBudget, ConfigurationError, CostTags, JobQueue, MixedCapacity, Platform

Make = Callable[..., Any]
TAG = ("project", "genomics")
EMAILS = ["owner@example.com"]


class TestTags:
    def test_they_are_on_all_that_costs_something(self, stack: Stack, make_ec2: Make, make_job: Make) -> None:
        CostTags(tags={"project": "genomics"}).apply(stack)
        JobQueue(stack, "Queue", compute_environments=[make_ec2()])
        constructs_lib.RateLimit(stack, "Api", limit=1)
        make_job()
        template = Template.from_stack(stack)
        for kind in ("JobQueue", "JobDefinition", "ConsumableResource"):
            template.has_resource_properties(f"AWS::Batch::{kind}", {"Tags": {"project": "genomics"}})
        template.has_resource_properties("AWS::Batch::ComputeEnvironment", {"Tags": Match.absent()})
        template.has_resource_properties("AWS::Batch::JobDefinition", {"PropagateTags": True})
        [launch] = template.find_resources("AWS::EC2::LaunchTemplate").values()
        started = launch["Properties"]["LaunchTemplateData"]["TagSpecifications"]
        assert [item["ResourceType"] for item in started] == ["instance", "volume"]
        assert all({"Key": "project", "Value": "genomics"} in item["Tags"] for item in started)

    def test_environments_have_them_if_one_says_so(self, stack: Stack, make_ec2: Make) -> None:
        CostTags(tags={"project": "genomics"}, environments=True).apply(stack)
        make_ec2()
        expected = {"Tags": {"project": "genomics"}}
        Template.from_stack(stack).has_resource_properties("AWS::Batch::ComputeEnvironment", expected)

    @pytest.mark.parametrize(
        ("tags", "message"),
        [
            ({}, "got 0 tags"),
            ({f"key{number}": "" for number in range(41)}, "got 41 tags"),
            ({"AWS:project": "x"}, "keys that begin with aws: are reserved"),
            ({"k" * 129: "x"}, "a key of 129 characters"),
            ({"project": "x" * 257}, "a value of 257 characters"),
        ],
    )
    def test_refuses(self, tags: dict[str, str], message: str) -> None:
        with pytest.raises(ConfigurationError, match=rf"CostTags: got .*{message}|{message}"):
            CostTags(tags=tags)


class TestBudget:
    def test_it_warns(self, stack: Stack) -> None:
        BatchBudget(stack, "Budget", monthly_usd=500, tag=TAG, emails=EMAILS, budget_name="genomics")
        template = Template.from_stack(stack)
        [budget] = template.find_resources("AWS::Budgets::Budget").values()
        assert budget["Properties"]["Budget"] == {
            "BudgetLimit": {"Amount": 500, "Unit": "USD"},
            "BudgetName": "genomics",
            "BudgetType": "COST",
            "CostFilters": {"TagKeyValue": ["user:project$genomics"]},
            "TimeUnit": "MONTHLY",
        }
        warnings = budget["Properties"]["NotificationsWithSubscribers"]
        assert [(w["Notification"]["NotificationType"], w["Notification"]["Threshold"]) for w in warnings] == [
            ("ACTUAL", 50),
            ("ACTUAL", 80),
            ("ACTUAL", 100),
            ("FORECASTED", 100),
        ]
        assert all(w["Subscribers"] == [{"Address": EMAILS[0], "SubscriptionType": "EMAIL"}] for w in warnings)
        template.resource_count_is("AWS::Lambda::Function", 0)

    def test_it_publishes_to_a_topic(self, stack: Stack) -> None:
        topic = sns.Topic(stack, "News")
        BatchBudget(stack, "Budget", monthly_usd=500, tag=TAG, topic=topic, forecast_at=None)
        template = Template.from_stack(stack)
        statement = {
            "Action": "sns:Publish",
            "Principal": {"Service": "budgets.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        }
        template.has_resource_properties(
            "AWS::SNS::TopicPolicy",
            {"PolicyDocument": Match.object_like({"Statement": [Match.object_like(statement)]})},
        )
        [budget] = template.find_resources("AWS::Budgets::Budget").values()
        [policy] = budget["DependsOn"]
        assert policy.startswith("NewsPolicy")

    def test_it_caps(self, stack: Stack, make_ec2: Make, make_fargate: Make) -> None:
        environments = [make_ec2(min_vcpus=2), make_fargate()]
        made = BatchBudget(
            stack,
            "Budget",
            monthly_usd=500,
            tag=TAG,
            emails=EMAILS,
            cap_at=100,
            capped_environments=environments,
            capped_vcpus=1,
        )
        assert made.cap is not None
        template = Template.from_stack(stack)
        [budget] = template.find_resources("AWS::Budgets::Budget").values()
        warnings = budget["Properties"]["NotificationsWithSubscribers"]
        assert [item["Notification"]["Threshold"] for item in warnings] == [50, 80, 100, 100]
        assert [item["SubscriptionType"] for item in warnings[-1]["Subscribers"]] == ["SNS", "EMAIL"]
        [function] = template.find_resources("AWS::Lambda::Function").values()
        variables = function["Properties"]["Environment"]["Variables"]
        text = "".join(part for part in variables["ENVIRONMENTS"]["Fn::Join"][1] if isinstance(part, str))
        assert variables["CAPPED_VCPUS"] == "1"
        assert [{k: v for k, v in item.items() if k != "arn"} for item in json.loads(text)] == [
            {"max": 8, "min": 2},
            {"max": 8},
        ]
        assert self.actions(template) == {
            "batch:UpdateComputeEnvironment": 2,
            "logs:CreateLogStream": 1,
            "logs:PutLogEvents": 1,
        }
        template.has_resource_properties("AWS::Events::Rule", {"ScheduleExpression": "cron(0 0 1 * ? *)"})

    def test_a_cap_may_stay(self, stack: Stack, make_fargate: Make) -> None:
        cap = {"cap_at": 120, "capped_environments": [make_fargate()], "restore_monthly": False}
        BatchBudget(stack, "Budget", monthly_usd=500, tag=TAG, warn_at=[], forecast_at=None, **cap)
        Template.from_stack(stack).resource_count_is("AWS::Events::Rule", 0)

    @pytest.mark.parametrize("region", ["us-gov-west-1", "us-gov-east-1"])
    def test_govcloud_has_none(self, region: str) -> None:
        stack = Stack(App(), "Stack", env=Environment(region=region))
        with pytest.raises(ConfigurationError, match=rf"'Stack/Budget': got a budget in {region}.*MONEY004"):
            BatchBudget(stack, "Budget", monthly_usd=500, tag=TAG, emails=EMAILS)

    @pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1", None])
    def test_other_regions_have_and_one_that_is_not_known_may_have(self, region: str | None) -> None:
        stack = Stack(App(), "Stack", env=Environment(region=region))
        BatchBudget(stack, "Budget", monthly_usd=500, tag=TAG, emails=EMAILS)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"monthly_usd": 0}, "monthly_usd: got 0, a budget is more than 0"),
            ({"emails": []}, "got warnings without recipients"),
            ({"emails": [f"a{number}@example.com" for number in range(11)]}, "emails: got 11 addresses"),
            ({"warn_at": [0]}, "warn_at: got .0., percentages are above 0"),
            ({"warn_at": [50, 50]}, "each is there once"),
            ({"warn_at": list(range(1, 10))}, "warn_at: got 9 percentages, AWS Budgets warns 10 times"),
            ({"cap_at": 100}, "got cap_at and no environments, a cap needs both"),
            ({"tag": ("aws:project", "x")}, "BATCH044"),
        ],
    )
    def test_refuses(self, stack: Stack, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ConfigurationError, match=message):
            BatchBudget(stack, "Budget", **{"monthly_usd": 500, "tag": TAG, "emails": EMAILS, **options})

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"cap_at": None}, "got environments and no cap_at"),
            ({"cap_at": -1}, "cap_at: got -1, a percentage is above 0"),
            ({"capped_vcpus": 8}, "capped_vcpus: got 8, the cap is below max_vcpus, 8 of Stack/Fargate"),
            ({"capped_vcpus": -1}, "capped_vcpus: got -1"),
        ],
    )
    def test_refuses_caps_of_nothing(
        self, stack: Stack, make_fargate: Make, options: dict[str, Any], message: str
    ) -> None:
        cap = {"cap_at": 100, "capped_environments": [make_fargate()], **options}
        with pytest.raises(ConfigurationError, match=message):
            BatchBudget(stack, "Budget", monthly_usd=500, tag=TAG, emails=EMAILS, **cap)

    def test_refuses_to_cap_what_is_disabled_capped_already_or_unknown(self, stack: Stack, make_fargate: Make) -> None:
        disabled, twice = make_fargate(enabled=False), [make_fargate("Twice")] * 2
        unknown = make_fargate("Unknown", max_vcpus=Token.as_number({"Ref": "Most"}))
        for wrong, message in (
            ([disabled], "Leave out what is disabled"),
            (twice, "Stack/Twice a second time"),
            ([unknown], "got max_vcpus as a token"),
        ):
            with pytest.raises(ConfigurationError, match=message):
                BatchBudget(
                    stack,
                    "Budget",
                    monthly_usd=500,
                    tag=TAG,
                    emails=EMAILS,
                    cap_at=100,
                    capped_environments=wrong,
                )

    @staticmethod
    def actions(template: Template) -> dict[str, int]:
        """Actions of the function's role, and of how many resources."""
        [policy] = [
            item
            for name, item in template.find_resources("AWS::IAM::Policy").items()
            if name.startswith("BudgetCapRole")
        ]
        found = {}
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            resources = statement["Resource"]
            listed = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            found |= dict.fromkeys(listed, len(resources) if isinstance(resources, list) else 1)
        return found


class TestMixedCapacity:
    @pytest.mark.parametrize("platform", list(Platform))
    def test_shares_of_one_maximum(self, stack: Stack, vpc: ec2.Vpc, platform: Platform) -> None:
        mix = MixedCapacity(stack, "Mix", vpc=vpc, max_vcpus=100, spot_share=70, platform=platform)
        assert (mix.on_demand.maxv_cpus, mix.spot.maxv_cpus) == (30, 70)
        assert [item.node.id for item in mix.compute_environments] == ["OnDemand", "Spot"]
        assert (mix.on_demand.spot, mix.spot.spot) == (False, True)
        JobQueue(stack, "Queue", compute_environments=mix.compute_environments)

    def test_spot_first(self, stack: Stack, vpc: ec2.Vpc) -> None:
        mix = MixedCapacity(stack, "Mix", vpc=vpc, max_vcpus=10, spot_share=50, spot_first=True, instance_types=["c7g"])
        assert [item.node.id for item in mix.compute_environments] == ["Spot", "OnDemand"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"spot_share": 0}, "spot_share: got 0 %, AWS Batch allows 1 to 99 %"),
            ({"spot_share": 10, "max_vcpus": 4}, "got 10 % of 4 vCPUs, each of the two environments"),
            ({"platform": Platform.FARGATE, "instance_types": ["c7g"]}, "got instance types on Fargate"),
        ],
    )
    def test_refuses(self, stack: Stack, vpc: ec2.Vpc, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ConfigurationError, match=message):
            MixedCapacity(stack, "Mix", **{"vpc": vpc, "max_vcpus": 100, "spot_share": 70, **options})
