"""An embedded AWS for tests: deploy a stack, run its state machines, look at the outcome, the jobs and S3."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import AssemblyStack
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.apps.resource_names import find, listed
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import FaultPlan
from constructs_lib.local.iam.guard import Denial
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.job_requests import JobRequest, request_of
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.runs.seeds import Seeding, put, seeds_of
from constructs_lib.local.runs.submission import Submission
from constructs_lib.local.states.mocks.answers import Mock, MockError, MockResult
from constructs_lib.local.states.mocks.mocking import mocking
from constructs_lib.testing.sources import stacks_of

if TYPE_CHECKING:
    from aws_cdk import Stack

TIMEOUT_SECONDS = 300.0
_NOT_GIVEN: Any = object()


class DeployedStack:
    """A stack in the embedded AWS.

    Args:
        local_aws: where it is.
        deployment: what CloudFormation made.
    """

    def __init__(self, local_aws: "LocalAws", deployment: Deployment) -> None:
        self._local_aws = local_aws
        self._aws = local_aws.aws
        self._deployment = deployment
        self._clients = self._aws.clients(deployment.location)
        self._around: list[Deployment] = []

    @property
    def name(self) -> str:
        """The stack's name."""
        return self._deployment.name

    @property
    def account(self) -> str:
        """The number of the account that it is in."""
        return self._deployment.location.account

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self._deployment.location.region

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by key."""
        return self._deployment.outputs

    @property
    def not_emulated(self) -> tuple[str, ...]:
        """Resource types that were left out, and custom resources, whose functions were not run."""
        return self._deployment.not_emulated

    def physical_id(self, logical_id: str, *, resource_type: str | None = None) -> str:
        """Find a resource by its logical id, with or without the hash that the CDK appends, or by its construct.

        Args:
            logical_id: such as ``QueueA1F148B5``, ``Queue``, or ``Que`` if only one begins like this; or the path of
                the construct, such as ``Network/Vpc``, without the stack's.
            resource_type: look only at resources of this type, such as ``AWS::Batch::JobQueue``.

        Raises:
            LookupError: there is none, or several are meant.
        """
        resources = self._deployment.named(resource_type)
        found = find(logical_id, resources)
        if len(found) != 1:
            what = "several resources are" if found else f"no {resource_type or 'resource'} is"
            raise LookupError(f"stack {self.name}: {what} called {logical_id!r}: {listed(found or resources)}")
        return found[0].physical_id

    def deploy(
        self,
        source: "Stack | Mapping[str, Any] | str | Path",
        *,
        name: str | None = None,
        seed: Seeding | None = None,
    ) -> Self:
        """Update the stack, also while executions of its state machines run: they go on as they began, as in AWS.

        Args:
            source: its new version, as `LocalAws.deploy` takes it.
            name: the name of the stack in an assembly with several. Default: this one's.
            seed: data that is put into buckets afterwards, as in `LocalAws.deploy`.

        Returns:
            The same stack, whose outputs and resources are the new ones.

        Raises:
            ValueError: the source is a stack with another name.
            DeploymentError: CloudFormation refused it, or rolled it back.
        """
        self._local_aws._update(self.name, source, name, seed)  # noqa: SLF001 - the two are one
        return self

    def start(self, payload: Any = None, *, state_machine: str | None = None, seed: Seeding | None = None) -> Execution:
        """Start a state machine.

        Args:
            payload: its input, any JSON value. Default: ``{}``.
            state_machine: its construct's id or path, its logical id, its name, or the beginning of one of them; needed
                when the stack has several.
            seed: data that is put into buckets before, as in `LocalAws.deploy`.

        Returns:
            The running execution: `wait` for its outcome or `stop` it.

        Raises:
            LookupError: no such state machine, or several and none was named.
        """
        machine = self._deployment.state_machine(state_machine, option="state_machine=")
        self.seed(seed)
        return Execution(self._aws, machine, {} if payload is None else payload)

    def run(
        self,
        payload: Any = None,
        *,
        state_machine: str | None = None,
        timeout: float | None = TIMEOUT_SECONDS,
        seed: Seeding | None = None,
    ) -> Outcome:
        """Run a state machine to its end.

        Args:
            payload: its input, any JSON value. Default: ``{}``.
            state_machine: its construct's id or path, its logical id, its name, or the beginning of one of them; needed
                when the stack has several.
            timeout: seconds after which it is stopped. Default: five minutes.
            seed: data that is put into buckets before, as in `LocalAws.deploy`.

        Returns:
            How it ended; a failed execution is an outcome, too.

        Raises:
            LookupError: no such state machine, or several and none was named.
            TimeoutError: it did not end in time.
        """
        return self.start(payload, state_machine=state_machine, seed=seed).wait(timeout=timeout)

    def submit(
        self,
        job: str,
        *,
        array: int | None = None,
        count: int = 1,
        env: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        queue: str | None = None,
        share: str | None = None,
        seed: Seeding | None = None,
        wait: bool = False,
    ) -> Submission:
        """Submit a job of the stack to its job queue, without a state machine.

        Args:
            job: the job definition: its construct's id or path, its logical id, its name, or the beginning of one of
                them.
            array: the size of an array job, 2 to 10,000. Default: a job that is none.
            count: how many jobs.
            env: variables of its containers, besides those of the definition.
            parameters: values for ``Ref::name`` in its command.
            queue: the job queue, by its name as that of the job. Default: the only one that there is.
            share: the share identifier, for a queue with a fair-share policy.
            seed: data that is put into buckets before, as in `LocalAws.deploy`.
            wait: return when they have ended. Default: at once.

        Returns:
            The submission: `wait` for its outcome or `stop` it. Its `succeeded`, `status`, `jobs` and `results` wait,
            too.

        Raises:
            LookupError: there is no such definition or queue, or several are meant.
        """
        wanted = JobRequest(job, queue, array, count, env or {}, parameters or {}, share)
        request = request_of(wanted, self._clients, [*self._around, self._deployment])
        self.seed(seed)
        submission = Submission(self._aws, request, count, self._deployment.location)
        if wait:
            submission.wait()
        return submission

    def seed(self, data: Seeding | None) -> None:
        """Put data into buckets.

        Args:
            data: as in `LocalAws.deploy`.
        """
        put(seeds_of(data), self._clients, [*self._around, self._deployment])


class LocalAws:
    """What the fixture `local_aws` gives to a test.

    Args:
        aws: the embedded AWS.
        directory: for templates that are no files yet.
    """

    def __init__(self, aws: EmbeddedAws, directory: str | Path) -> None:
        self.aws = aws
        self._directory = Path(directory)
        self._deployed: dict[str, DeployedStack] = {}

    def deploy(
        self,
        source: "Stack | Mapping[str, Any] | str | Path",
        *,
        name: str | None = None,
        seed: Seeding | None = None,
    ) -> DeployedStack:
        """Deploy a stack, and before it those that it depends on; one that is there already is updated.

        Args:
            source: a stack of an app, which is synthesized; a template as a mapping; or the path of a template or of a
                cloud assembly (cdk.out).
            name: the stack's name, needed for an assembly with several stacks. A template's default is ``Stack``.
            seed: data that is put into buckets afterwards, by ``BUCKET/KEY``, where BUCKET is a bucket's name or what
                it is called in the stack: a `pathlib.Path` of a file, or of a folder whose files come below the key;
                bytes; a text; or any other JSON value. Or a list of ``FILE=BUCKET/KEY`` and ``FOLDER=BUCKET/KEY``, as
                the command takes them. A bucket that no stack has is made.

        Returns:
            The stack. What was returned for it before is the same object, and knows the new outputs and resources.

        Raises:
            AssemblyError: no such assembly, or no such stack in it.
            DeploymentError: CloudFormation refused it, or rolled it back.
            LookupError: no bucket is called as the seed says.
        """
        return self._deploy(stacks_of(source, name, self._directory), seed)

    def _update(
        self,
        deployed: str,
        source: "Stack | Mapping[str, Any] | str | Path",
        name: str | None,
        seed: Seeding | None,
    ) -> None:
        stacks = stacks_of(source, name or deployed, self._directory)
        if stacks[-1].name != deployed:
            raise ValueError(f"stack {deployed}: its new version is called {stacks[-1].name!r}: give it the same name")
        self._deploy(stacks, seed)

    def _deploy(self, stacks: list[AssemblyStack], seed: Seeding | None) -> DeployedStack:
        for stack in stacks:
            deployment = self.aws.deploy(stack)
            known = self._deployed.setdefault(stack.name, DeployedStack(self, deployment))
            known._deployment = deployment  # noqa: SLF001 - the two are one
        deployed = self._deployed[stacks[-1].name]
        deployed._around = [self._deployed[stack.name]._deployment for stack in stacks[:-1]]  # noqa: SLF001 - as above
        deployed.seed(seed)
        return deployed

    def failing(self, plan: FaultPlan) -> AbstractContextManager[FaultPlan]:
        """Let things go wrong while the context is open.

        Args:
            plan: what is to go wrong; afterwards its `injected` tells what did, and `unmet` what did not.
        """
        return self.aws.faults.during(plan)

    def mocking(
        self,
        state: str,
        *,
        result: Any = _NOT_GIVEN,
        error: str | None = None,
        cause: str = "",
        in_turn: Sequence[MockResult | MockError] = (),
        state_machine: str | None = None,
    ) -> AbstractContextManager[Mock]:
        """Give a Task, Map or Parallel state a result or an error in place of what it would do.

        Its parameters are evaluated before, and Retry, Catch, Assign and Output work as always; so do its events. Its
        job, function or other call is not made, and no right is needed for it.

        Args:
            state: its name, in whichever state machine it is, also inside of a Map or Parallel state.
            result: any JSON value, or a function of the state's input that gives one.
            error: the name of the error that it fails with, such as ``Batch.ServerException``.
            cause: of that error.
            in_turn: several answers in place of one: for the attempts of a Retry, and for each time the state is
                entered. Each execution, and in a Map each item of it, begins with the first; the last one stays.
            state_machine: the ARN or the name of the state machine that is meant. Default: each that has such a state.

        Returns:
            A context in which this holds; its value tells by `used` how many times the state was answered for.

        Raises:
            LookupError: no state machine that is deployed has such a state.
            ValueError: such a state cannot be mocked, the result is no JSON, or not exactly one answer is given.
        """
        single: list[MockResult | MockError] = [] if result is _NOT_GIVEN else [MockResult(result)]
        if error is not None:
            single.append(MockError(error, cause))
        if len(single) + bool(in_turn) != 1:
            raise ValueError(f"state {state!r}: give it one of result=, error= and in_turn=")
        return mocking(state, single or list(in_turn), state_machine)

    @property
    def denials(self) -> list[Denial]:
        """What IAM has denied so far, with role, action and resource: also what AWS tells nobody."""
        return self.aws.iam.denials

    def advance(self, time: timedelta) -> None:
        """Let so much virtual time pass, and with it everything happen that is due, as `EmbeddedAws.advance` does.

        Args:
            time: how much, such as ``timedelta(days=30)``.

        Raises:
            ValueError: it is less than nothing.
            RealTimeError: the fixture ``local_aws_options`` gives it no ``clock`` that is a `VirtualClock`.
        """
        self.aws.advance(time)

    def client(self, service: str, *, account: str | None = None, region: str | None = None) -> Any:
        """Make a boto3 client of an account's administrator.

        Args:
            service: as boto3 names it.
            account: the account's number. Default: that of stacks which name none.
            region: the region's name. Default: that of stacks which name none.
        """
        default = self.aws.location
        return self.aws.client(service, Location.checked(account or default.account, region or default.region))

    @property
    def endpoint_url(self) -> str:
        """Where it serves: ``AWS_ENDPOINT_URL``."""
        return self.aws.endpoint_url

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables by which other SDKs and programs reach it as the account's administrator."""
        return self.aws.environment()
