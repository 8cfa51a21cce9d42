"""A role for people or CI systems that submit jobs, with no other permissions."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.access.trust import ci, people
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.quantities import check_whole, in_seconds, known
from constructs_lib.jobs.container_job import ContainerJob
from constructs_lib.jobs.several_containers.job import MultiContainerJob
from constructs_lib.jobs.several_nodes.job import MultiNodeJob
from constructs_lib.limits import SESSION_SECONDS
from constructs_lib.queues.queue import JobQueue
from constructs_lib.queues.submit_rights import Submittable, arns_of_jobs, check_submit
from constructs_lib.rules import Rule

SUBMITTER: Final = "constructs-lib:submitter"
"""Key of the tag that marks the jobs of a role, which the role may stop."""


@checked
class SubmitterRole(iam.Role):
    """A role that may submit some jobs to one queue, describe jobs, read their output, and stop its own jobs.

    The role has no other permissions. A job is the role's own if it is submitted with the tags ``tags_of_jobs``.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/iam-example-restrict-job-submission.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queue: that the role may submit to.
        jobs: that the role may submit: definitions, or `OwnDefinitions` that users of the role register.
        trusted: the principals that may assume the role, such as ``SubmitterRole.people()`` or ``SubmitterRole.ci(…)``.
        share_identifiers: that the role may use on a fair-share queue; ``*`` stands for any text. Default: all.
        any_revision: also allow submits by the name of a definition without a revision, and all revisions of a
            definition that is imported by one revision. All revisions of the definitions of this app are allowed in any
            case. Default: yes.
        read_logs: whether the role may read the log groups of the jobs. Default: yes.
        permissions_boundary: upper limit of its permissions, including later grants. Default: no boundary.
        max_session_duration: of a session of the role. Default: one hour.
        role_name: physical name. Default: made by CloudFormation.

    Raises:
        ConfigurationError: no jobs, share identifiers for a queue without shares, `OwnDefinitions` without limits, a
            session shorter than one hour or longer than twelve.
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
        place = ArgumentPath("SubmitterRole", scope, construct_id)
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
        """Users and roles of an account, with a second factor.

        Args:
            account: their account. Default: that of the stack.
            mfa: require a second factor. IAM does not see the second factor of sessions of IAM Identity Center: for
                these pass False, and let Identity Center require it. Default: yes.
        """
        return people(account, mfa=mfa)

    @staticmethod
    def ci(
        provider: iam.IOpenIdConnectProvider,
        *,
        subjects: Sequence[str],
        audience: str = "sts.amazonaws.com",
    ) -> iam.IPrincipal:
        """Runs of a CI system that authenticate by OpenID Connect, without stored keys.

        Args:
            provider: the account's OpenID Connect provider of the CI system; an account has one per CI system.
            subjects: of the runs, such as ``repo:owner/name:ref:refs/heads/main``; ``*`` stands for any text after the
                owner.
            audience: of the token. Default: AWS STS.

        Raises:
            ConfigurationError: a subject that also matches repositories of other owners.
        """
        return ci(provider, subjects, audience)

    @property
    def tags_of_jobs(self) -> Mapping[str, str]:
        """Tags for submits that mark a job as the role's own, which it may stop."""
        return {SUBMITTER: self._mark}

    def _watch_and_stop(
        self, queue: JobQueue, jobs: Sequence[Submittable], *, any_revision: bool
    ) -> list[iam.PolicyStatement]:
        own = {f"aws:ResourceTag/{SUBMITTER}": self._mark}
        marked = {
            "StringEquals": {f"aws:RequestTag/{SUBMITTER}": self._mark},
            # No other tags, because this would also allow to tag the definitions and the queue, which are the same
            # resources.
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


def _check_session(place: ArgumentPath, duration: Duration | None) -> None:
    if duration is not None:
        seconds = known(place, in_seconds(place, duration), "aws-cdk-lib compares it with what IAM allows")
        check_whole(place, seconds, unit="seconds", rule=Rule.SESSION_DURATION)
        check_range(place, seconds, *SESSION_SECONDS, rule=Rule.SESSION_DURATION, unit=" s", service="IAM")
