"""The embedded AWS: moto's services, and Batch and Step Functions as this library needs them, behind one endpoint."""

import secrets
import threading
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.account import ACCOUNT, REGION, Clients, Keys, Location
from constructs_lib.local.apps.assembly import AssemblyStack
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws.config import Config, jobs_at_once
from constructs_lib.local.aws.middleware import application_of
from constructs_lib.local.aws.patched import patched
from constructs_lib.local.aws.services import Parts, begin_jobs, parts_of
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.service import BatchService
from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.events.targets import Targets
from constructs_lib.local.faults import FaultPlan
from constructs_lib.local.faults.injector import Injector
from constructs_lib.local.iam.iam import Iam
from constructs_lib.local.images.built_images import Images
from constructs_lib.local.job_environment.processes import Processes
from constructs_lib.local.pipes import Pipes
from constructs_lib.local.runner_choice import RunnerName
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS, Runner
from constructs_lib.local.scheduler.jobs.job import AnyJob
from constructs_lib.local.schedules import Schedules
from constructs_lib.local.server import Port, Server
from constructs_lib.local.stacks.accounts.regions import StacksOfAll

_ONE_PER_PROCESS = threading.Lock()


class ClosedError(RuntimeError):
    """An embedded AWS is asked for what it has only while it is open; the text says what to do."""


class RealTimeError(RuntimeError):
    """Time is to pass by the clock of this machine, which nobody lets pass; the text says what to do."""


class EmbeddedAws:
    """An AWS account in this process; a context manager that stops everything that it started.

    It is open between `__enter__` and `close`: before, it has taken nothing of this machine; afterwards, what it has
    recorded, such as jobs and denials, can still be read. Only one can be open in a process at a time, because moto
    keeps its state in the process, and each can be opened once.

    Args:
        directory: where the logs of jobs go.
        parallel: how many jobs run at once on this machine, whatever their vCPUs. Default: four per processor.
        port: where it serves, on 127.0.0.1. Default: 0, a free one.
        faults: what is to go wrong; `faults.during` changes it for a while. Default: nothing.
        iam: whether roles may do what their policies allow and nothing else. Default: yes.
        runner: what jobs run by: ``process``; ``container``, by docker or podman; ``auto``, containers where an engine
            answers; or a runner of your own. Default: process.
        confined: whether jobs and functions that are processes see this machine read-only, and of the user's home,
            session and other runs nothing, where this system can do that. Default: yes.
        clock: what tells the time. A `VirtualClock` jumps over every wait while no request is answered and no program
            runs; with a `SimulatedRunner` there are no programs. Default: this machine's.
        keys: the access key of the account's administrator. Default: one that nobody can guess.
        account: the number of the account that stacks go to which name none. Default: 123456789012.
        region: the region of those that name none. Default: us-east-1.

    Raises:
        LocationError: the account or the region has not the form of one.
        ValueError: there is no such runner or port, or ``parallel`` lets no job run.
    """

    def __init__(
        self,
        directory: str | Path,
        *,
        parallel: int | None = None,
        port: int = 0,
        faults: FaultPlan | None = None,
        iam: bool = True,
        runner: RunnerName | Runner = "process",
        confined: bool = True,
        clock: Clock | None = None,
        keys: Keys | None = None,
        account: str = ACCOUNT,
        region: str = REGION,
    ) -> None:
        self._config = Config(
            directory=Path(directory).resolve(),  # processes find no way by links that are hidden from them
            parallel=jobs_at_once() if parallel is None else parallel,
            port=port,
            faults=faults,
            iam=iam,
            runner=runner,
            confined=confined,
            clock=clock or RealClock(),
            keys=keys or Keys.random(),
            location=Location.checked(account, region),
        )
        self.told_to_stop = threading.Event()
        """Set when whoever serves it is to stop."""
        self.control_token = secrets.token_urlsafe()
        """What requests to its control endpoint have to show."""
        self._parts: ExitStack | None = None
        self._services: Parts | None = None
        self._port = 0
        self._grace = SIGKILL_AFTER_SECONDS

    def __enter__(self) -> Self:
        """Start to serve. If it cannot, nothing is left of it, and it can be tried again.

        Raises:
            NoEngineError: jobs are to be containers, and no engine answers.
            PortInUseError: another program listens on the port.
            DirectoryError: the directory cannot be one, or not be written to.
            RuntimeError: an embedded AWS is open in this process, or this one was open before.
        """
        if self._services is not None:
            raise RuntimeError(f"this embedded AWS {self._state()}: make another one, each is opened once")
        config = self._config
        config.check_directory()
        if not _ONE_PER_PROCESS.acquire(blocking=False):
            raise RuntimeError("an embedded AWS is open in this process already: close it first, moto has one state")
        with ExitStack() as parts:  # each is ended if one that follows fails, the last one first
            parts.callback(_ONE_PER_PROCESS.release)
            port = parts.enter_context(closing(Port(config.port)))
            services = parts_of(config, port.url, self.told_to_stop)
            parts.enter_context(services.supervisor)
            if isinstance(config.runner, str):
                services.supervisor.begin()  # its process starts while all others are made
            parts.enter_context(patched(config, services))
            # It answers to the end of all others, who may have something to ask, and begins after them.
            server = parts.enter_context(closing(Server(application_of(config, services, self.control_token), port)))
            parts.callback(services.callers.close)
            parts.callback(services.bus.close)
            parts.callback(services.deliverer.join)
            parts.callback(services.metrics.close)
            parts.callback(services.pipes.join)
            parts.callback(services.processes.close)
            parts.callback(services.functions.close)
            parts.callback(services.supervisor.close)  # what runs ends before its folders go
            parts.callback(self._end_jobs, services.batches)
            begin_jobs(config, services)
            parts.callback(services.stacks.close)
            parts.callback(services.deliverer.close)
            parts.callback(services.schedules.close)
            parts.callback(services.rules.close)
            parts.callback(services.pipes.close)
            server.start()
            self._services, self._port, self._parts = services, port.number, parts.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop every job and the server."""
        self.close()

    def close(self, grace: float = SIGKILL_AFTER_SECONDS) -> None:
        """Stop every job, those that do not end after ``grace`` seconds with SIGKILL, and the server.

        Does nothing if it is not open.
        """
        parts, self._parts = self._parts, None
        if parts is not None:
            self._grace = grace
            parts.close()

    @property
    def location(self) -> Location:
        """The account and the region of what names neither."""
        return self._config.location

    @property
    def keys(self) -> Keys:
        """The access key of the account's administrator."""
        return self._config.keys

    @property
    def clock(self) -> Clock:
        """What tells the time."""
        return self._config.clock

    @property
    def port(self) -> int:
        """Where it serves; 0 until it is open."""
        return self._port if self._made else 0

    @property
    def endpoint_url(self) -> str:
        """The address at which all services answer, such as ``http://127.0.0.1:5000``."""
        return self._made.access.endpoint_url

    @property
    def iam(self) -> Iam:
        """What enforces policies, and knows what was denied."""
        return self._made.iam

    @property
    def faults(self) -> Injector:
        """What lets things go wrong."""
        return self._made.faults

    @property
    def batches(self) -> BatchService:
        """AWS Batch, in all accounts and regions."""
        return self._made.batches

    @property
    def batch(self) -> Engine:
        """AWS Batch in the account and region of what names neither."""
        return self._made.batches.engine(self.location)

    @property
    def stacks(self) -> StacksOfAll:
        """The stacks of all accounts and regions."""
        return self._made.stacks

    @property
    def targets(self) -> Targets:
        """What the rules of EventBridge start."""
        return self._made.targets

    @property
    def schedules(self) -> Schedules:
        """What the schedules of EventBridge Scheduler start."""
        return self._made.schedules

    @property
    def pipes(self) -> Pipes:
        """What takes messages through the pipes of EventBridge Pipes."""
        return self._made.pipes

    @property
    def processes(self) -> Processes:
        """What jobs find that are processes."""
        return self._made.processes

    @property
    def images(self) -> Images:
        """What was built and pushed."""
        return self._made.images

    def environment(self, location: Location | None = None) -> dict[str, str]:
        """Environment by which any AWS SDK or command line reaches an account, as its administrator, and a region.

        Args:
            location: the account and the region. Default: those of what names neither.
        """
        return self._open.access.environment(location)

    def locations(self) -> list[Location]:
        """The accounts and regions in which there is something, that of what names neither first."""
        return self._made.locations()

    def advance(self, time: timedelta) -> None:
        """Let so much virtual time pass, and with it everything happen that is due: a month of nightly runs.

        From the first call on, schedules start something in no other time than this, and while a test waits for a run.
        What runs goes on by itself, at most up to the moment at which a schedule starts something again.

        Args:
            time: how much, from now.

        Raises:
            ValueError: it is less than nothing.
            RealTimeError: its clock is this machine's, whose time cannot be let pass.
        """
        self._open  # noqa: B018 - it says so if it is not open
        clock = self._config.clock
        if not isinstance(clock, VirtualClock):
            raise RealTimeError(
                f"advance: a {type(clock).__name__} tells the time here, which nobody lets pass: give it a clock of "
                "its own, EmbeddedAws(…, clock=VirtualClock())"
            )
        clock.advance(time.total_seconds())

    def is_running(self, execution_arn: str) -> bool:
        """Whether an execution of a state machine has not ended.

        It is no request, so it may be asked all the time: while a request is answered, a `VirtualClock` stands still.
        """
        place = Location.of(execution_arn)
        found = stepfunctions_parser_backends[place.account][place.region].describe_execution(execution_arn)
        return bool(found.status == "RUNNING")

    def describe_job(self, job: AnyJob) -> dict[str, Any] | None:
        """Describe a job as DescribeJobs has it, wherever it is."""
        return self._made.batches.describe_job(job)

    def client(self, service: str, location: Location | None = None) -> Any:
        """Make a boto3 client of an account's administrator.

        Args:
            service: as boto3 names it.
            location: the account and the region. Default: those of what names neither.
        """
        return self._open.access.client(service, location)

    def clients(self, location: Location) -> Clients:
        """Give what makes boto3 clients of an account's administrator, in a region."""
        return self._open.access.clients(location)

    def deploy(self, stack: AssemblyStack) -> Deployment:
        """Deploy a stack, its assets and its images.

        Args:
            stack: of an app that has been synthesized.

        Raises:
            TypeError: it is something else, such as a stack of the CDK, which `LocalAws` deploys.
        """
        services = self._open
        if not isinstance(stack, AssemblyStack):
            what = f"expected a stack of a cloud assembly, got a {type(stack).__name__}"  # type: ignore[unreachable]
            raise TypeError(
                f"{what}: write LocalAws(aws, directory).deploy(…), with LocalAws of constructs_lib.testing"
            )
        for image in stack.images:
            services.processes.add_image(image)
        return services.deployer.deploy(stack)

    @property
    def _made(self) -> Parts:
        """The parts, which are there once it was opened."""
        if self._services is None:
            raise ClosedError(f"this embedded AWS {self._state()}: use it in `with EmbeddedAws(…) as aws:`")
        return self._services

    @property
    def _open(self) -> Parts:
        """The parts, while they work."""
        if self._parts is None:
            raise ClosedError(f"this embedded AWS {self._state()}: use it in `with EmbeddedAws(…) as aws:`")
        return self._made

    def _state(self) -> str:
        if self._services is None:
            return "is not open yet"
        return "was closed" if self._parts is None else "is open already"

    def _end_jobs(self, batches: BatchService) -> None:
        batches.close(self._grace)
