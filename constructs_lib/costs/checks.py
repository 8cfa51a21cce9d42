"""Budgets that AWS refuses, that tell nobody, or that cap nothing.

Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
"""

from collections.abc import Sequence
from typing import Final, NoReturn

from aws_cdk import Stack
from aws_cdk import aws_sns as sns

from constructs_lib.core.place import Place
from constructs_lib.core.quantities import readable
from constructs_lib.core.tokens import resolved
from constructs_lib.costs.cap import Cappable
from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import BUDGET_NOTIFICATIONS, BUDGET_NOTIFIED_EMAILS

_GOVCLOUD: Final = "us-gov-"


def check_region(place: Place) -> None:
    """Refuse a budget in a Region whose CloudFormation has none, as far as the stack tells its Region.

    That is AWS GovCloud alone, whose costs are those of an account outside of it; China has budgets of its own.
    Source: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-services.html
    """
    region = Stack.of(place.scope).region
    if resolved(region) and region.startswith(_GOVCLOUD):
        raise ConfigurationError(
            code="MONEY004",
            where=str(place),
            got=f"a budget in {region}",
            expected="AWS GovCloud has no AWS Budgets: its costs are billed to the standard account that it belongs to",
            fix="Make the budget in a stack of that account; environments of another partition cannot be capped by it.",
        )


def check_budget(
    place: Place,
    *,
    monthly_usd: float,
    emails: Sequence[str],
    topic: sns.ITopic | None,
    warn_at: Sequence[float],
    forecast_at: float | None,
) -> None:
    """Refuse no money, and warnings to nobody or of nothing."""
    if resolved(monthly_usd) and monthly_usd <= 0:
        _refuse(
            place.of("monthly_usd"), readable(monthly_usd), "a budget is more than 0 US dollars", "Choose an amount."
        )
    for index, email in enumerate(emails):
        if resolved(email) and "@" not in email:
            where = place.of("emails").at(index)
            _refuse(where, repr(email), "an address has a part before and a part behind an @", "Write all of it.")
    if not emails and topic is None and (warn_at or forecast_at is not None):
        _refuse(place, "warnings and nobody to tell", "somebody gets them", "Pass emails or a topic.")
    if len(emails) > BUDGET_NOTIFIED_EMAILS:
        expected = f"AWS Budgets tells {BUDGET_NOTIFIED_EMAILS}"
        _refuse(place.of("emails"), f"{len(emails)} addresses", expected, "Pass a topic, and subscribe them to it.")
    known = [at for at in (*warn_at, forecast_at) if at is not None and resolved(at)]
    if any(at <= 0 for at in known) or len(set(warn_at)) < len(warn_at):
        _refuse(
            place.of("warn_at"), f"{list(warn_at)}", "percentages are above 0, and each is there once", "Choose others."
        )
    if len(warn_at) + 2 > BUDGET_NOTIFICATIONS:  # a forecast and a cap may come on top
        expected = f"AWS Budgets warns {BUDGET_NOTIFICATIONS} times, of a forecast and a cap among others"
        _refuse(place.of("warn_at"), f"{len(warn_at)} percentages", expected, f"Keep {BUDGET_NOTIFICATIONS - 2}.")


def check_cap(place: Place, *, cap_at: float | None, environments: Sequence[Cappable], vcpus: int) -> None:
    """Refuse a cap without environments, environments without a cap, and a cap that changes nothing."""
    if (cap_at is None) != (not environments):
        got = "environments and no cap_at" if cap_at is None else "cap_at and no environments"
        _refuse(place.of("capped_environments"), got, "a cap needs both", "Pass both, or neither.")
    if cap_at is not None and resolved(cap_at) and cap_at <= 0:
        _refuse(place.of("cap_at"), readable(cap_at), "a percentage is above 0", "Choose another.")
    if resolved(vcpus) and vcpus < 0:
        _refuse(place.of("capped_vcpus"), str(vcpus), "a number of vCPUs is 0 or more", "Use 0 to start no job.")
    for index, environment in enumerate(environments):
        where = place.of("capped_environments").at(index)
        if environment in environments[:index]:
            _refuse(where, f"{environment.node.path} a second time", "each is capped once", "Remove one of them.")
        if not environment.enabled:
            _refuse(
                where, environment.node.path, "the end of a cap enables what it capped", "Leave out what is disabled."
            )
        most = environment.maxv_cpus
        if most is None or not resolved(most):
            _refuse(where, "max_vcpus as a token", "the number is known when the app is built", "Pass a number.")
        if resolved(vcpus) and vcpus >= most:
            expected = f"the cap is below max_vcpus, {readable(most)} of {environment.node.path}"
            _refuse(place.of("capped_vcpus"), str(vcpus), expected, "Choose less.")


def _refuse(place: Place, got: str, expected: str, fix: str) -> NoReturn:
    raise ConfigurationError(code="MONEY002", where=str(place), got=got, expected=expected, fix=fix)
