"""The quotas that keep jobs waiting, and what is used of them.

Sources: https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html,
https://docs.aws.amazon.com/general/latest/gr/batch.html,
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.ops.account import Account, explained
from constructs_lib.ops.doctor.checks import Check, Verdict
from constructs_lib.ops.doctor.vcpu_quotas import VCPUS, Quota
from constructs_lib.ops.queues.overview import EnvironmentNow

_NEARLY: Final = 0.8
"""A quota of which more is used had better be raised: that takes AWS hours or days."""

_WINDOW: Final = timedelta(hours=3)
_PERIOD_SECONDS: Final = 300


_ENVIRONMENTS: Final = Quota("number of environments", "batch", "L-144F0CA5")
_QUEUES: Final = Quota("number of job queues", "batch", "L-4CEA37AD")


def check_quotas(account: Account, environments: Sequence[EnvironmentNow]) -> list[Check]:
    """Look at each quota; of those of instance families that no environment may start, at none.

    Args:
        account: where.
        environments: all compute environments.
    """
    found = []
    for quota in VCPUS:
        of_quota = [item for item in environments if quota.counts(item.kind, item.instance_types)]
        if quota.always or of_quota:
            found.append(_vcpus(account, quota, of_quota))
    pages = account.client("batch").get_paginator("describe_job_queues").paginate()
    queues = sum(len(page["jobQueues"]) for page in pages)
    found += [_counted(account, _ENVIRONMENTS, len(environments)), _counted(account, _QUEUES, queues)]
    return [*_together(found), _executions(account)]


def _together(found: list[Check]) -> list[Check]:
    """One line for all, if all are not known for the same reason: no right to ask, or an embedded AWS."""
    [first, *others] = found
    if first.verdict is Verdict.UNKNOWN and all(check.found == first.found for check in others):
        return [Check("quotas", Verdict.UNKNOWN, first.found)]
    return found


def _vcpus(account: Account, quota: Quota, environments: Sequence[EnvironmentNow]) -> Check:
    try:
        told = _quota(account, quota)
        used = _used(account, told)
    except (BotoCoreError, ClientError) as error:
        return Check(quota.name, Verdict.UNKNOWN, explained(error))
    limit = told["Value"]
    most = sum(item.max_vcpus or 0 for item in environments)
    text = f"{limit:,.0f}, in use {'not known' if used is None else f'{used:,.0f}'}"
    if most:
        text += f", environments may have {most:,}"
    verdict = _verdict(used or 0, limit)
    if verdict is Verdict.OK and most > limit:
        verdict = Verdict.ATTENTION
    return Check(quota.name, verdict, text, _fix(quota, max(most, limit * 2)) if verdict is not Verdict.OK else None)


def _counted(account: Account, quota: Quota, used: int) -> Check:
    try:
        limit = _quota(account, quota)["Value"]
    except (BotoCoreError, ClientError) as error:
        return Check(quota.name, Verdict.UNKNOWN, explained(error))
    verdict = _verdict(used, limit)
    fix = "delete what is not used any more: AWS does not raise this one"
    return Check(quota.name, verdict, f"{used:,} of {limit:,.0f}", None if verdict is Verdict.OK else fix)


def _executions(account: Account) -> Check:
    """Open executions: Step Functions tells them, and how many there may be, as metrics of the account."""
    name = "running executions"
    try:
        used, limit = (
            _latest(account, "AWS/States", metric, []) for metric in ("OpenExecutionCount", "OpenExecutionLimit")
        )
    except (BotoCoreError, ClientError) as error:
        return Check(name, Verdict.UNKNOWN, explained(error))
    if used is None or limit is None:
        return Check(name, Verdict.UNKNOWN, "Step Functions has told no metrics in the last hours")
    verdict = _verdict(used, limit)
    fix = "ask for more in Service Quotas, AWS Step Functions, open executions"
    return Check(name, verdict, f"{used:,.0f} of {limit:,.0f}", None if verdict is Verdict.OK else fix)


def _verdict(used: float, limit: float) -> Verdict:
    if used >= limit:
        return Verdict.BROKEN
    return Verdict.ATTENTION if used >= limit * _NEARLY else Verdict.OK


def _fix(quota: Quota, wanted: float) -> str:
    return (
        f"aws service-quotas request-service-quota-increase --service-code {quota.service} "
        f"--quota-code {quota.code} --desired-value {wanted:.0f}"
    )


def _quota(account: Account, quota: Quota) -> dict[str, Any]:
    """The quota of the account; the one that AWS begins with if nothing was ever asked for."""
    client = account.client("service-quotas")
    by = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    try:
        found: dict[str, Any] = client.get_service_quota(**by)["Quota"]
    except client.exceptions.NoSuchResourceException:
        found = client.get_aws_default_service_quota(**by)["Quota"]
    return found


def _used(account: Account, quota: Mapping[str, Any]) -> float | None:
    metric = quota.get("UsageMetric")
    if not metric:
        return None
    dimensions = [{"Name": name, "Value": value} for name, value in metric.get("MetricDimensions", {}).items()]
    return _latest(account, metric["MetricNamespace"], metric["MetricName"], dimensions)


def _latest(account: Account, namespace: str, metric: str, dimensions: Sequence[Mapping[str, str]]) -> float | None:
    """The newest value of the last hours; None without any."""
    now = account.now()
    points: Iterator[dict[str, Any]] = iter(
        account.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=metric,
            Dimensions=list(dimensions),
            StartTime=now - _WINDOW,
            EndTime=now,
            Period=_PERIOD_SECONDS,
            Statistics=["Maximum"],
        )["Datapoints"]
    )
    newest = max(points, key=lambda item: float(item["Timestamp"].timestamp()), default=None)
    return None if newest is None else float(newest["Maximum"])
