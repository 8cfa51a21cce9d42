"""IAM of one embedded AWS, in front of each of its parts."""

import threading
from collections.abc import Iterable
from wsgiref.types import WSGIApplication

from constructs_lib.local.account import Location, partition_of
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.iam import filter as iam_filter
from constructs_lib.local.iam import flow_logs, inline_policies, issued_keys, managed_policies, pipeline_roles
from constructs_lib.local.iam.accounts import Accounts
from constructs_lib.local.iam.buckets import moto_gaps
from constructs_lib.local.iam.deployments import MayMake, may_make
from constructs_lib.local.iam.directory import Credential
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.filter import IamFilter
from constructs_lib.local.iam.functions import FunctionRights
from constructs_lib.local.iam.guard import AccessDeniedError, Denial, Denials, Guard
from constructs_lib.local.iam.jobs import JobRights
from constructs_lib.local.iam.lookup import AccountLookup, JobQueries
from constructs_lib.local.iam.machines import MachineRights, UnlimitedMachines
from constructs_lib.local.iam.requests import Place
from constructs_lib.local.iam.resource_policies import Delivery, lets_in
from constructs_lib.local.iam.runner import RefusingRunner
from constructs_lib.local.iam.sessions import Sessions
from constructs_lib.local.patching import Change
from constructs_lib.local.runners import Runner
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.states.rights import Rights


class Iam:
    """Enforces policies, or does nothing at all.

    Args:
        accounts: the identities of all accounts.
        jobs: AWS Batch.
        clock: the time of the embedded AWS.
        enforced: whether policies are enforced.
    """

    def __init__(self, accounts: Accounts, jobs: JobQueries, clock: Clock, *, enforced: bool = True) -> None:
        self.enforced = enforced
        self._clock = clock
        self._denials = Denials()
        self._accounts = accounts
        self._batch = jobs
        self._sessions: dict[Location, Sessions] = {}
        self._making = threading.Lock()
        self._jobs = JobRights(self._at, jobs.environment)
        self._machines = MachineRights(self._at)
        self.functions: FunctionRights | None = FunctionRights(self._at) if enforced else None
        """IAM, as Lambda functions meet it; None where policies are not enforced."""

    def patches(self) -> list[Change]:
        """What puts it in front of what moto does by itself."""
        return [
            *iam_filter.patches(),
            *inline_policies.patches(),
            *managed_policies.patches(),
            *moto_gaps.patches(),
            *issued_keys.patches(self._accounts),
            *pipeline_roles.patches(),
            *(flow_logs.patches(self._at) if self.enforced else ()),
        ]

    @property
    def denials(self) -> list[Denial]:
        """Everything that was denied so far, also what AWS tells nobody, such as traces that do not arrive."""
        return self._denials.all()

    @property
    def rights(self) -> Rights:
        """IAM, as state machines meet it."""
        return self._machines if self.enforced else UnlimitedMachines(self._accounts)

    def middleware(self, application: WSGIApplication) -> WSGIApplication:
        """The application that requests over HTTP meet."""
        return IamFilter(lambda location: self._at(location).guard, application, enforced=self.enforced)

    def credential(self, access_key: str, region: str) -> Credential | None:
        """An access key by its id, as a region knows it; None when there is none, or it is inactive."""
        return self._accounts.credential(access_key, region)

    def may_make(self, location: Location, caller: Principal | None, role: str | None) -> MayMake:
        """What asks before each resource of a stack that somebody deploys, by a role or by their own rights."""
        if not self.enforced:
            return lambda *_: None
        return may_make(self._at(location), caller, role)

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

    def service_credentials(self, role_arn: str, service: str, source_arn: str) -> dict[str, str] | None:
        """The credentials of a role that a service takes on, as variables; None when the role does not trust it.

        Args:
            role_arn: the role.
            service: such as ``events.amazonaws.com``.
            source_arn: the resource for which it does.
        """
        if not self.enforced:
            return {}
        try:
            return self._at(Location.of(source_arn)).of(role_arn, service, source_arn).environment()
        except AccessDeniedError:
            return None

    def lets_in(
        self,
        service: str,
        action: str,
        resource: str,
        source: str,
        policies: Iterable[str],
        *,
        for_account: bool = False,
    ) -> bool:
        """Whether the policies of a resource let a service do what it does by no role; a denial is remembered.

        Args:
            service: such as ``events.amazonaws.com``.
            action: such as ``sns:Publish``.
            resource: the ARN of the resource.
            source: the ARN of what the service does it for, such as a rule or an alarm.
            policies: those of the resource, JSON text.
            for_account: whether it is enough that the account of the source may.
        """
        delivery = Delivery(service, action, resource, source, for_account)
        if not self.enforced or lets_in(delivery, policies):
            return True
        told = f"Service: {service} is not authorized to perform: {action} on resource: {resource}"
        reason = f"because no resource-based policy allows the {action} action"
        self._denials.add(Denial(service, None, action, resource, f"{told} {reason}"))
        return False

    def may_write(self, job: Job) -> bool:
        """Whether the output of a job gets into its log stream."""
        return not self.enforced or self._jobs.may_write(job)

    def _at(self, location: Location) -> Sessions:
        """The sessions in an account and region, and the guard there."""
        found = self._sessions.get(location)
        return found if found is not None else self._new(location)

    def _new(self, location: Location) -> Sessions:
        with self._making:
            if location not in self._sessions:
                partition = partition_of(location.region)
                directory = self._accounts.directory(location.account, partition)
                lookup = AccountLookup(self._batch, directory, location)
                guard = Guard(
                    directory,
                    Place(location.account, location.region, lookup),
                    self._clock,
                    lambda account: self._accounts.directory(account, partition),
                    self._denials,
                )
                self._sessions[location] = Sessions(guard)
            return self._sessions[location]
