"""A role for those who submit jobs, people or CI, and do nothing else."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.access.trust import ci, people
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.place import Place
from constructs_lib.core.quantities import check_whole, in_seconds, known
from constructs_lib.jobs.container_job import ContainerJob
from constructs_lib.jobs.several_containers.job import MultiContainerJob
from constructs_lib.jobs.several_nodes.job import MultiNodeJob
from constructs_lib.limits import SESSION_SECONDS
from constructs_lib.queues.queue import JobQueue
from constructs_lib.queues.submit_rights import Submittable, arns_of_jobs, check_submit

SUBMITTER: Final = "constructs-lib:submitter"
"""Key of the tag that marks the jobs of a role, and so which jobs it may stop."""


@checked
class SubmitterRole(iam.Role):
    """A role that submits some jobs to one queue, sees how they end, reads what they print, and stops its own.

    Everything else is denied. A job is the role's own when it is submitted with ``tags_of_jobs``.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-submission.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queue: to which it submits.
        jobs: which it submits: definitions, or `OwnDefinitions` that whoever has the role registers.
        trusted: who may take it on, such as ``SubmitterRole.people()`` or ``SubmitterRole.ci(…)``.
        share_identifiers: for which shares of a fair-share queue; ``*`` stands for any text. Default: all.
        any_revision: also by the name of a definition alone, and every revision of one that is imported by one of them.
            Default: all of that. Every revision of the definitions of this app may be submitted in any case.
        read_logs: whether it reads the log groups of the jobs. Default: it does.
        permissions_boundary: what it may do at most, whatever is granted later. Default: none.
        max_session_duration: how long it is taken on at most. Default: one hour.
        role_name: physical name. Default: made by CloudFormation.

    Raises:
        ConfigurationError: no job, shares of a queue that has none, definitions of their own without limits, a session
            that is shorter than an hour or longer than twelve.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queue: JobQueue,
        jobs: Sequence[Submittable],
        trusted: iam.IPrincipal,
        share_identifiers: Sequence[str] | None = None,
        any_revision: bool = True,
        read_logs: bool = True,
        permissions_boundary: iam.IManagedPolicy | None = None,
        max_session_duration: Duration | None = None,
        role_name: str | None = None,
    ) -> None:
        place = Place("SubmitterRole", scope, construct_id)
        check_submit(place, jobs, share_identifiers, fair_share=queue.fair_share)
        _check_session(place.of("max_session_duration"), max_session_duration)
        self._mark = "/".join(part for part in (scope.node.path, construct_id) if part)
        super().__init__(
            scope,
            construct_id,
            assumed_by=trusted,
            description="Submits jobs to AWS Batch",
            permissions_boundary=permissions_boundary,
            max_session_duration=max_session_duration,
            role_name=role_name,
        )
        queue.grant_submit(self, *jobs, share_identifiers=share_identifiers, any_revision=any_revision)
        for statement in self._watch_and_stop(queue, jobs, any_revision=any_revision):
            self.add_to_policy(statement)
        if read_logs:
            for job in jobs:
                if isinstance(job, ContainerJob | MultiContainerJob | MultiNodeJob):
                    job.log_group.grant(self, "logs:FilterLogEvents", "logs:GetLogEvents")

    @staticmethod
    def people(account: str | None = None, *, mfa: bool = True) -> iam.IPrincipal:
        """Users and roles that are allowed to take on the role, with a second factor.

        Args:
            account: their account. Default: that of the stack.
            mfa: only with a second factor. Default: only with it. Sessions of IAM Identity Center do not tell IAM of
                theirs: for them use False, and let Identity Center require it.
        """
        return people(account, mfa=mfa)

    @staticmethod
    def ci(
        provider: iam.IOpenIdConnectProvider,
        *,
        subjects: Sequence[str],
        audience: str = "sts.amazonaws.com",
    ) -> iam.IPrincipal:
        """Runs of a CI system that prove by OpenID Connect what they are of: no keys to keep.

        Args:
            provider: the account's OpenID Connect provider of the CI system; an account has one of each.
            subjects: of the runs, such as ``repo:owner/name:ref:refs/heads/main``; ``*`` stands for any text behind the
                owner.
            audience: for whom the token was made. Default: AWS STS.

        Raises:
            ConfigurationError: a subject that the repositories of others have, too.
        """
        return ci(provider, subjects, audience)

    @property
    def tags_of_jobs(self) -> Mapping[str, str]:
        """Tags that make a job the role's own, which it may stop."""
        return {SUBMITTER: self._mark}

    def _watch_and_stop(
        self, queue: JobQueue, jobs: Sequence[Submittable], *, any_revision: bool
    ) -> list[iam.PolicyStatement]:
        own = {f"aws:ResourceTag/{SUBMITTER}": self._mark}
        marked = {
            "StringEquals": {f"aws:RequestTag/{SUBMITTER}": self._mark},
            # No other tags: with them the definitions and the queue could be tagged, which are the same resources.
            "ForAllValues:StringEquals": {"aws:TagKeys": [SUBMITTER]},
        }
        return [
            iam.PolicyStatement(
                actions=["batch:TagResource"],
                resources=[*arns_of_jobs(self, jobs, any_revision=any_revision), queue.job_queue_arn],
                conditions=marked,
            ),
            iam.PolicyStatement(
                actions=["batch:CancelJob", "batch:TerminateJob"],
                resources=[f"arn:{Aws.PARTITION}:batch:{Aws.REGION}:{Aws.ACCOUNT_ID}:job/*"],
                conditions={"StringEquals": own},
            ),
            # AWS has no narrower resource for these.
            iam.PolicyStatement(actions=["batch:DescribeJobs", "batch:ListJobs"], resources=["*"]),
        ]


def _check_session(place: Place, duration: Duration | None) -> None:
    if duration is not None:
        seconds = known(place, in_seconds(place, duration), "aws-cdk-lib compares it with what IAM allows")
        check_whole(place, seconds, unit="seconds", code="ACCESS006")
        check_range(place, seconds, *SESSION_SECONDS, code="ACCESS006", unit=" s", service="IAM")
