"""Budgets that AWS refuses, that tell nobody, or that cap nothing.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_sns as sns

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import readable
from constructs_lib.core.tokens import resolved
from constructs_lib.costs.cap import Cappable
from constructs_lib.limits import BUDGET_NOTIFICATIONS, BUDGET_NOTIFIED_EMAILS
from constructs_lib.rules import Rule

_GOVCLOUD: Final = "us-gov-"


def check_region(place: ArgumentPath) -> None:
    """Refuse a budget in a Region whose CloudFormation has none, as far as the stack tells its Region.

    That is AWS GovCloud alone, whose costs are those of an account outside of it; China has budgets of its own.
    Source: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-services.html
    """
    region = Stack.of(place.scope).region
    if resolved(region) and region.startswith(_GOVCLOUD):
        raise Rule.BUDGET_REGION.error(
            place,
            got=f"a budget in {region}",
            expected="AWS GovCloud has no AWS Budgets: its costs are billed to the standard account that it belongs to",
            fix="Make the budget in a stack of that account; environments of another partition cannot be capped by it.",
        )


def check_budget(
    place: ArgumentPath,
    *,
    monthly_usd: float,
    emails: Sequence[str],
    topic: sns.ITopic | None,
    warn_at: Sequence[float],
    forecast_at: float | None,
) -> None:
    """Refuse no money, and warnings to nobody or of nothing."""
    if resolved(monthly_usd) and monthly_usd <= 0:
        raise Rule.BUDGET_AMOUNT.error(place.of("monthly_usd"), got=readable(monthly_usd), fix="Choose an amount.")
    for index, email in enumerate(emails):
        if resolved(email) and "@" not in email:
            where = place.of("emails").at(index)
            raise Rule.BUDGET_RECIPIENTS.error(
                where,
                got=repr(email),
                expected="an address has a part before and a part behind an @",
                fix="Write all of it.",
            )
    if not emails and topic is None and (warn_at or forecast_at is not None):
        raise Rule.BUDGET_RECIPIENTS.error(
            place,
            got="warnings without recipients",
            expected="each warning has a recipient",
            fix="Pass emails or a topic.",
        )
    if len(emails) > BUDGET_NOTIFIED_EMAILS:
        expected = f"AWS Budgets tells {BUDGET_NOTIFIED_EMAILS}"
        raise Rule.BUDGET_RECIPIENTS.error(
            place.of("emails"),
            got=f"{len(emails)} addresses",
            expected=expected,
            fix="Pass a topic, and subscribe them to it.",
        )
    known = [at for at in (*warn_at, forecast_at) if at is not None and resolved(at)]
    if any(at <= 0 for at in known) or len(set(warn_at)) < len(warn_at):
        raise Rule.BUDGET_WARNINGS.error(
            place.of("warn_at"),
            got=f"{list(warn_at)}",
            expected="percentages are above 0, and each is there once",
            fix="Choose others.",
        )
    if len(warn_at) + 2 > BUDGET_NOTIFICATIONS:  # a forecast and a cap may come on top
        expected = f"AWS Budgets warns {BUDGET_NOTIFICATIONS} times, of a forecast and a cap among others"
        raise Rule.BUDGET_WARNINGS.error(
            place.of("warn_at"),
            got=f"{len(warn_at)} percentages",
            expected=expected,
            fix=f"Keep {BUDGET_NOTIFICATIONS - 2}.",
        )


def check_cap(place: ArgumentPath, *, cap_at: float | None, environments: Sequence[Cappable], vcpus: int) -> None:
    """Refuse a cap without environments, environments without a cap, and a cap that changes nothing."""
    if (cap_at is None) != (not environments):
        got = "environments and no cap_at" if cap_at is None else "cap_at and no environments"
        raise Rule.BUDGET_CAP.error(
            place.of("capped_environments"), got=got, expected="a cap needs both", fix="Pass both, or neither."
        )
    if cap_at is not None and resolved(cap_at) and cap_at <= 0:
        raise Rule.BUDGET_CAP.error(
            place.of("cap_at"), got=readable(cap_at), expected="a percentage is above 0", fix="Choose another."
        )
    if resolved(vcpus) and vcpus < 0:
        raise Rule.CAPPED_VCPUS.error(
            place.of("capped_vcpus"),
            got=str(vcpus),
            expected="a number of vCPUs is 0 or more",
            fix="Use 0 to start no job.",
        )
    for index, environment in enumerate(environments):
        where = place.of("capped_environments").at(index)
        if environment in environments[:index]:
            raise Rule.CAPPED_ENVIRONMENT.error(
                where,
                got=f"{environment.node.path} a second time",
                expected="each is capped once",
                fix="Remove one of them.",
            )
        if not environment.enabled:
            raise Rule.CAPPED_ENVIRONMENT.error(
                where,
                got=environment.node.path,
                expected="the end of a cap enables what it capped",
                fix="Leave out what is disabled.",
            )
        most = environment.maxv_cpus
        if most is None or not resolved(most):
            raise Rule.CAPPED_ENVIRONMENT.error(
                where,
                got="max_vcpus as a token",
                expected="the number is known when the app is built",
                fix="Pass a number.",
            )
        if resolved(vcpus) and vcpus >= most:
            expected = f"the cap is below max_vcpus, {readable(most)} of {environment.node.path}"
            raise Rule.CAPPED_VCPUS.error(
                place.of("capped_vcpus"), got=str(vcpus), expected=expected, fix="Choose less."
            )
