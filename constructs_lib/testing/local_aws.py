"""An embedded AWS for tests: deploy a stack, run its state machines, look at the outcome, the jobs and S3."""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import FaultPlan
from constructs_lib.local.iam.guard import Denial
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.states.mocks.answers import Mock, MockError, MockResult
from constructs_lib.local.states.mocks.mocking import mocking
from constructs_lib.testing.sources import stacks_of

if TYPE_CHECKING:
    from aws_cdk import Stack

TIMEOUT_SECONDS = 300.0
_NOT_GIVEN: Any = object()
STATE_MACHINE = "AWS::StepFunctions::StateMachine"


class DeployedStack:
    """A stack in the embedded AWS.

    Args:
        aws: where it is.
        deployment: what CloudFormation made.
    """

    def __init__(self, aws: EmbeddedAws, deployment: Deployment) -> None:
        self._aws = aws
        self._deployment = deployment

    @property
    def name(self) -> str:
        """The stack's name."""
        return self._deployment.name

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by key."""
        return self._deployment.outputs

    @property
    def not_emulated(self) -> tuple[str, ...]:
        """Resource types that were left out, and custom resources, whose functions were not run."""
        return self._deployment.not_emulated

    def physical_id(self, logical_id: str, *, resource_type: str | None = None) -> str:
        """Find a resource by its logical id, with or without the hash that the CDK appends, or by the beginning of it.

        Args:
            logical_id: such as ``QueueA1F148B5``, ``Queue``, or ``Que`` if only one begins like this.
            resource_type: look only at resources of this type, such as ``AWS::Batch::JobQueue``.

        Raises:
            LookupError: there is none, or several are meant.
        """
        resources = {
            name: physical_id
            for name, (kind, physical_id) in self._deployment.resources.items()
            if resource_type in (None, kind)
        }
        with_hash = re.compile(rf"{re.escape(logical_id)}([0-9A-F]{{8}})?")
        found = [name for name in resources if with_hash.fullmatch(name)]
        found = found or [name for name in resources if name.startswith(logical_id)]
        if len(found) != 1:
            what = "several resources are" if found else f"no {resource_type or 'resource'} is"
            raise LookupError(f"stack {self.name}: {what} called {logical_id!r}: {', '.join(found or resources)}")
        return resources[found[0]]

    def start(self, payload: Any, *, state_machine: str | None = None) -> Execution:
        """Start a state machine.

        Args:
            payload: its input, any JSON value.
            state_machine: its logical id or the beginning of it, needed when the stack has several.

        Returns:
            The running execution: `wait` for its outcome or `stop` it.

        Raises:
            LookupError: no such state machine, or several and none was named.
        """
        if state_machine is None:
            return Execution(self._aws, self._deployment.state_machine(), payload)
        return Execution(self._aws, self.physical_id(state_machine, resource_type=STATE_MACHINE), payload)

    def run(
        self,
        payload: Any,
        *,
        state_machine: str | None = None,
        timeout: float | None = TIMEOUT_SECONDS,
    ) -> Outcome:
        """Run a state machine to its end.

        Args:
            payload: its input, any JSON value.
            state_machine: its logical id or the beginning of it, needed when the stack has several.
            timeout: seconds after which it is stopped. Default: five minutes.

        Returns:
            How it ended; a failed execution is an outcome, too.

        Raises:
            LookupError: no such state machine, or several and none was named.
            TimeoutError: it did not end in time.
        """
        return self.start(payload, state_machine=state_machine).wait(timeout=timeout)


class LocalAws:
    """What the fixture `local_aws` gives to a test.

    Args:
        aws: the embedded AWS.
        directory: for templates that are no files yet.
    """

    def __init__(self, aws: EmbeddedAws, directory: Path) -> None:
        self.aws = aws
        self._directory = directory
        self._deployed: dict[str, DeployedStack] = {}

    def deploy(self, source: "Stack | Mapping[str, Any] | str | Path", *, name: str | None = None) -> DeployedStack:
        """Deploy a stack, and before it those that it depends on; one that is there already is not deployed again.

        Args:
            source: a stack of an app, which is synthesized if it was not yet; a template as a mapping; or the path of
                a template or of a cloud assembly (cdk.out).
            name: the stack's name, needed for an assembly with several stacks. A template's default is ``Stack``.

        Raises:
            AssemblyError: no such assembly, or no such stack in it.
            DeploymentError: CloudFormation refused it.
        """
        stacks = stacks_of(source, name, self._directory)
        for stack in stacks:
            if stack.name not in self._deployed:
                self._deployed[stack.name] = DeployedStack(self.aws, self.aws.deploy(stack))
        return self._deployed[stacks[-1].name]

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

    def client(self, service: str) -> Any:
        """Make a boto3 client of this account."""
        return self.aws.client(service)

    @property
    def endpoint_url(self) -> str:
        """Where it serves: ``AWS_ENDPOINT_URL``."""
        return self.aws.endpoint_url

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables by which other SDKs and programs reach it as the account's administrator."""
        return self.aws.environment()
