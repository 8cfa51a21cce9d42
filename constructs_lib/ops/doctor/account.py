"""What an account and region have for pipelines: an identity, the bootstrap of the CDK, environments and queues."""

from collections.abc import Iterator, Sequence
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.ops.account import Account, explained
from constructs_lib.ops.doctor.checks import Check, Verdict
from constructs_lib.ops.queues.overview import EnvironmentNow, environments_of

_BOOTSTRAP: Final = "/cdk-bootstrap/hnb659fds/version"
"""Parameter with the version of the bootstrap stack, for the qualifier that apps have by default."""

_OLDEST_BOOTSTRAP: Final = 6
"""Older ones are refused by the rule CheckBootstrapVersion of each template of the CDK."""


def check_identity(account: Account) -> Check:
    """Who asks, and where."""
    try:
        identity = account.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        return Check("credentials", Verdict.BROKEN, explained(error), "aws configure, or aws sso login, or --profile")
    where = account.endpoint_url or f"account {identity['Account']}"
    return Check("credentials", Verdict.OK, f"{where}, {account.region}, as {identity['Arn']}")


def check_bootstrap(account: Account) -> list[Check]:
    """Whether the CDK can deploy there."""
    fix = f"npx aws-cdk@2 bootstrap aws://{account.number}/{account.region}"
    ssm = account.client("ssm")
    try:
        version = int(ssm.get_parameter(Name=_BOOTSTRAP)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return [Check("bootstrap", Verdict.ATTENTION, "the CDK has not been bootstrapped here", fix)]
    if version < _OLDEST_BOOTSTRAP:
        return [
            Check("bootstrap", Verdict.BROKEN, f"version {version}, and apps want {_OLDEST_BOOTSTRAP} or newer", fix)
        ]
    return [Check("bootstrap", Verdict.OK, f"version {version}")]


def check_environments(environments: Sequence[EnvironmentNow]) -> Iterator[Check]:
    """Each compute environment that is not VALID, or a line for all."""
    wrong = [item for item in environments if item.status not in ("VALID", "UPDATING", "CREATING", "DELETING")]
    for item in wrong:
        fix = "update or replace it: no job starts there; `constructs-lib ps` shows which queues use it"
        yield Check(f"environment {item.name}", Verdict.BROKEN, f"{item.status}: {item.status_reason}", fix)
    closed = [item.name for item in environments if item.state == "DISABLED"]
    if not wrong:
        text = f"{len(environments):,}, none INVALID" if environments else "none"
        yield Check("environments", Verdict.OK, text + (f"; DISABLED: {', '.join(closed)}" if closed else ""))


def check_queues(account: Account) -> Iterator[Check]:
    """Each job queue that is not VALID, or a line for all."""
    pages = account.client("batch").get_paginator("describe_job_queues").paginate()
    queues = [item for page in pages for item in page["jobQueues"]]
    wrong = [item for item in queues if item.get("status") == "INVALID"]
    for item in wrong:
        reason = item.get("statusReason", "no reason is given")
        yield Check(f"queue {item['jobQueueName']}", Verdict.BROKEN, f"INVALID: {reason}", "update or replace it")
    closed = [item["jobQueueName"] for item in queues if item["state"] == "DISABLED"]
    if closed:
        fix = f"aws batch update-job-queue --job-queue {closed[0]} --state ENABLED"
        text = f"DISABLED, so they take no jobs: {', '.join(closed)}"
        yield Check("job queues", Verdict.ATTENTION, text, fix)
    elif not wrong:
        yield Check("job queues", Verdict.OK, f"{len(queues):,}, none INVALID" if queues else "none")


def environments_there(account: Account) -> list[EnvironmentNow]:
    """All compute environments."""
    return list(environments_of(account.client("batch")))
