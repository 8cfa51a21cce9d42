"""IAM of one embedded AWS, in front of each of its parts."""

from collections.abc import Callable
from wsgiref.types import WSGIApplication

from constructs_lib.local.account import Keys
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.resources import ComputeEnvironment
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.iam import flow_logs, issued_keys, managed_policies
from constructs_lib.local.iam.buckets import moto_gaps
from constructs_lib.local.iam.deployments import MayMake, may_make
from constructs_lib.local.iam.directory import Credential, Directory
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.filter import IamFilter
from constructs_lib.local.iam.functions import FunctionRights
from constructs_lib.local.iam.guard import AccessDeniedError, Denial, Guard
from constructs_lib.local.iam.jobs import JobRights
from constructs_lib.local.iam.lookup import AccountLookup
from constructs_lib.local.iam.machines import MachineRights
from constructs_lib.local.iam.requests import Place
from constructs_lib.local.iam.runner import RefusingRunner
from constructs_lib.local.iam.sessions import Sessions
from constructs_lib.local.runners import Runner
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.states.rights import Credentials, Rights, Unlimited


class Iam:
    """Enforces policies, or does nothing at all.

    Args:
        account: the account's number.
        region: the region's name.
        environment: finds a compute environment of AWS Batch by its ARN.
        engine: gives AWS Batch, once there is one.
        clock: the time of the embedded AWS.
        keys: the administrator's access key.
        enforced: whether policies are enforced.
    """

    def __init__(
        self,
        account: str,
        region: str,
        environment: Callable[[str], ComputeEnvironment | None],
        engine: Callable[[], Engine],
        clock: Clock,
        *,
        keys: Keys,
        enforced: bool = True,
    ) -> None:
        self.enforced = enforced
        directory = Directory(account, keys)
        self._keys = keys
        place = Place(account, region, AccountLookup(engine, directory, region))
        self._guard = Guard(directory, place, clock)
        self._sessions = Sessions(self._guard)
        self._jobs = JobRights(self._guard, self._sessions, environment)
        self._machines = MachineRights(self._guard, self._sessions)
        self.functions: FunctionRights | None = FunctionRights(self._guard, self._sessions) if enforced else None
        """IAM, as Lambda functions meet it; None where policies are not enforced."""

    def install(self) -> None:
        """Put it in front of what moto does by itself."""
        managed_policies.install()
        moto_gaps.install()
        issued_keys.install(self._guard.directory)
        if self.enforced:
            flow_logs.install(self._guard, self._sessions)
        else:
            flow_logs.uninstall()

    @property
    def denials(self) -> list[Denial]:
        """Everything that was denied so far, also what AWS tells nobody, such as traces that do not arrive."""
        return self._guard.denials

    @property
    def rights(self) -> Rights:
        """IAM, as state machines meet it."""
        if self.enforced:
            return self._machines
        return Unlimited(Credentials(self._keys.access_key, self._keys.secret_key))

    def door(self, application: WSGIApplication) -> WSGIApplication:
        """The application that requests over HTTP meet."""
        return IamFilter(self._guard, application, enforced=self.enforced)

    def credential(self, access_key: str) -> Credential | None:
        """An access key of the account by its id; None when there is none, or it is inactive."""
        return self._guard.directory.credential(access_key)

    def may_make(self, caller: Principal | None, role: str | None) -> MayMake:
        """What asks before each resource of a stack that somebody deploys, by a role or by their own rights."""
        if not self.enforced:
            return lambda *_: None
        return may_make(self._guard, self._sessions, caller, role)

    def runner(self, runner: Runner) -> Runner:
        """The runner that attempts meet."""
        return RefusingRunner(self._jobs.problem, runner) if self.enforced else runner

    def credentials(self, job: Job) -> dict[str, str] | None:
        """The credentials that the program of a job finds; None for those of the account's administrator.

        Where IAM is not enforced, a job with a role is the administrator. One without has no credentials, as in AWS.
        """
        if self.enforced:
            return self._jobs.environment(job)
        return None if self._jobs.has_role(job) else {}

    def service_credentials(self, role_arn: str, service: str) -> dict[str, str] | None:
        """The credentials of a role that a service takes on, as variables; None when the role does not trust it."""
        if not self.enforced:
            return {}
        try:
            return self._sessions.of(role_arn, service, self._guard.place.arn("events", "rule/*")).environment()
        except AccessDeniedError:
            return None

    def may_write(self, job: Job) -> bool:
        """Whether the output of a job gets into its log stream."""
        return not self.enforced or self._jobs.may_write(job)
