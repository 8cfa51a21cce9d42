"""Who may submit what to a queue: the statements behind `JobQueue.grant_submit`.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-submission.html and
https://docs.aws.amazon.com/batch/latest/userguide/iam-example-share-identifier.html
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arns import definition_arns
from constructs_lib.queues.own_definitions import OwnDefinitions
from constructs_lib.rules import Rule

Submittable = batch.IJobDefinition | OwnDefinitions


def submit_statements(
    scope: IConstruct,
    place: ArgumentPath,
    queue: batch.IJobQueue,
    jobs: Sequence[Submittable],
    share_identifiers: Sequence[str] | None,
    *,
    any_revision: bool,
) -> list[iam.PolicyStatement]:
    """Submit some definitions to one queue, for some shares, and register those that are the submitter's own."""
    _check_jobs(place, jobs)
    own = [job for job in jobs if isinstance(job, OwnDefinitions)]
    for definitions in own:
        definitions.check(place)
    submit = iam.PolicyStatement(
        actions=["batch:SubmitJob"],
        resources=[*arns_of_jobs(scope, jobs, any_revision=any_revision), queue.job_queue_arn],
        conditions=_only_shares(place, share_identifiers),
    )
    return [submit, *(statement for definitions in own for statement in definitions.statements())]


def check_submit(
    place: ArgumentPath, jobs: Sequence[Submittable], share_identifiers: Sequence[str] | None, *, fair_share: bool
) -> None:
    """Refuse what `submit_statements` and `check_shares` refuse, before there is anybody to give rights to."""
    check_shares(place, share_identifiers, fair_share=fair_share)
    _only_shares(place, share_identifiers)
    _check_jobs(place.of("jobs"), jobs)
    for index, job in enumerate(jobs):
        if isinstance(job, OwnDefinitions):
            job.check(place.of(f"jobs[{index}]"))


def arns_of_jobs(scope: IConstruct, jobs: Sequence[Submittable], *, any_revision: bool) -> list[str]:
    """What jobs are submitted by, for a policy of a scope."""
    return [
        arn
        for job in jobs
        for arn in (
            job.arns if isinstance(job, OwnDefinitions) else definition_arns(scope, job, any_revision=any_revision)
        )
    ]


def check_shares(place: ArgumentPath, share_identifiers: Sequence[str] | None, *, fair_share: bool) -> None:
    """Refuse shares of a queue that has none: the condition would deny every job."""
    if share_identifiers is not None and not fair_share:
        raise Rule.SUBMITTED_SHARES.error(
            place.of("share_identifiers"),
            got=f"{list(share_identifiers)!r} for a queue that serves jobs in the order of their arrival",
            expected="jobs of such a queue have no share, and none would be allowed",
            fix="Leave it out, or give the queue a FairShare as its scheduling_policy.",
        )


def add_to(place: ArgumentPath, grantee: iam.IGrantable, statements: Sequence[iam.PolicyStatement]) -> None:
    """Give statements to somebody, and refuse who cannot have any."""
    principal = grantee.grant_principal
    if not all(principal.add_to_principal_policy(statement).statement_added for statement in statements):
        raise Rule.GRANTEE.error(
            place,
            got=f"a {type(principal).__name__}, which has no policy that this app can add to",
            expected="permissions to submit are granted to roles, users and groups of the account",
            fix="Grant them to a role, such as a SubmitterRole.",
        )


def _check_jobs(place: ArgumentPath, jobs: Sequence[Submittable]) -> None:
    if not jobs:
        raise Rule.SUBMITTED_JOBS.error(
            place,
            got="no job",
            expected="a submit is allowed by definition and queue together",
            fix="Pass the job definitions that may be submitted.",
        )


def _only_shares(place: ArgumentPath, identifiers: Sequence[str] | None) -> dict[str, Any] | None:
    if identifiers is None:
        return None
    if not identifiers:
        raise Rule.SUBMITTED_SHARES.error(
            place.of("share_identifiers"),
            got="none",
            expected="jobs of a fair-share queue have a share, and none would be allowed",
            fix="Name the shares, or leave it out for all of them.",
        )
    operator = "StringLike" if any("*" in name for name in identifiers) else "StringEquals"
    return {operator: {"batch:ShareIdentifier": list(identifiers)}}
