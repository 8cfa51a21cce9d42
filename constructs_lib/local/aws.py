"""The embedded AWS: moto's services, and Batch and Step Functions as this library needs them, behind one endpoint."""

import os
import secrets
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config
from moto.logs.models import logs_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local import ecs, logs, states
from constructs_lib.local.account import ACCOUNT, REGION, Clients, Keys, Location, environment
from constructs_lib.local.apps.assembly import Stack
from constructs_lib.local.apps.deployment import Deployer, Deployment
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.registry import Registries, Registry
from constructs_lib.local.batch.rules.roles import Roles
from constructs_lib.local.batch.service import BatchService
from constructs_lib.local.batch.wsgi import BatchFrontDoor
from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.clocks.timekeeper import Timekeeper
from constructs_lib.local.control.application import Control
from constructs_lib.local.control.operations import Operations
from constructs_lib.local.events.default_bus import DefaultBus
from constructs_lib.local.events.execution_events import ExecutionEvents
from constructs_lib.local.events.image_events import image_pushed
from constructs_lib.local.events.job_events import JobEvents
from constructs_lib.local.events.targets import Targets
from constructs_lib.local.faults import FaultPlan
from constructs_lib.local.faults.calls.requests import SPARED_USER_AGENT
from constructs_lib.local.faults.injector import Injector
from constructs_lib.local.functions import Functions, Invocations
from constructs_lib.local.iam.iam import Iam
from constructs_lib.local.images.built_images import Images
from constructs_lib.local.job_environment.attempts import Attempts
from constructs_lib.local.job_environment.enclosure import Enclosure
from constructs_lib.local.job_environment.processes import Processes
from constructs_lib.local.job_environment.secrets import Secrets
from constructs_lib.local.job_environment.variables import Variables
from constructs_lib.local.metadata import Containers, Metadata
from constructs_lib.local.origins import OriginCheck
from constructs_lib.local.patching import Change, Patches
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS, Runner
from constructs_lib.local.runners.choice import RunnerName, choose
from constructs_lib.local.runners.container import ContainerRunner
from constructs_lib.local.runners.log_streams import LogStreams
from constructs_lib.local.runners.process import Launch, ProcessRunner
from constructs_lib.local.runners.several import SeveralRunner
from constructs_lib.local.scheduler.jobs.job import AnyJob, Job
from constructs_lib.local.server import Server
from constructs_lib.local.signatures.door import SignatureDoor
from constructs_lib.local.stacks.cloud_control import CloudControlDoor
from constructs_lib.local.stacks.cloudformation import CloudFormationDoor
from constructs_lib.local.stacks.handlers.batch import batch_handlers
from constructs_lib.local.stacks.handlers.custom import custom_handlers
from constructs_lib.local.stacks.regions import StacksOfAll
from constructs_lib.local.states.executions.endings import end_executions
from constructs_lib.local.states.runtime import Runtime
from constructs_lib.local.supervisor import Supervisor
from constructs_lib.local.unemulated import moto
from constructs_lib.local.unemulated.door import UnemulatedDoor

_ONE_PER_PROCESS = threading.Lock()


class EmbeddedAws:
    """An AWS account in this process; a context manager that stops everything that it started.

    Only one can be open in a process at a time, because moto keeps its state in the process.

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
        NoEngineError: jobs are to be containers, and no engine answers.
        PortInUseError: another program listens on the port.
        LocationError: the account or the region has not the form of one.
    """

    def __init__(
        self,
        directory: Path,
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
        self.location = Location.checked(account, region)
        self._closed = False
        self._left = ExitStack()
        self.keys = keys or Keys.random()
        directory = directory.resolve()  # processes find no way by links that are hidden from them
        registries = Registries(self._roles, ecs.Clusters())
        self.clock = clock = clock or RealClock()
        self.faults = Injector(faults, registries.environment, clock)
        self.iam = Iam(
            self.location,
            registries.environment,
            self._engine,
            clock,
            keys=self.keys,
            enforced=iam,
        )
        streams = LogStreams(lambda place: logs_backends[place.account][place.region], clock, self.iam.may_write)
        places = parallel or 4 * (os.cpu_count() or 1)
        self._is_supervised = is_ours = isinstance(runner, str)
        self._supervisor = Supervisor()
        if isinstance(runner, str):
            runner = choose(
                runner,
                lambda: ProcessRunner(self._prepare, places, streams, clock, self._supervisor),
                lambda engine: ContainerRunner(
                    engine,
                    lambda: self.processes,
                    directory,
                    places,
                    logs=streams,
                    clock=clock,
                    supervisor=self._supervisor,
                ),
            )
        self._bus = DefaultBus(clock)
        runner = self.iam.runner(runner)
        self._tasks = ecs.Tasks(runner, clock)
        # A runner of its user's own has places enough, such as one that only simulates.
        several = SeveralRunner(runner, directory / "shared", places if is_ours else None, clock)
        runner = self.faults.runner(several)
        changed = JobEvents(self.describe_job, self._bus).changed

        def engine(registry: Registry, runner: Runner) -> Engine:
            return Engine(registry, runner, clock, changed, self.faults.has_capacity)

        self.batches = BatchService(registries, engine, runner)
        self.batch = self.batches.engine(self.location)
        self.targets = Targets(self.environment, self.iam.service_credentials)
        enclosure = Enclosure(directory, confined=confined)
        invocations = Invocations(Attempts(directory, self._supervisor.own), enclosure, self._supervisor)
        self._functions = Functions(directory, self.environment, self.iam.functions, clock, invocations)
        self.told_to_stop = threading.Event()
        inner = BatchFrontDoor(self.batches.api, moto.Moto())
        handlers = {**batch_handlers(self.batches), **custom_handlers(self.client, clock)}
        self.stacks = StacksOfAll(inner, handlers, clock)
        cloudformation = CloudFormationDoor(self.stacks.of, self.iam.may_make, CloudControlDoor(self.stacks.of, inner))
        services = self.faults.door(self.iam.door(cloudformation))
        front_door = UnemulatedDoor(SignatureDoor(self.iam.credential, services))
        self.control_token = secrets.token_urlsafe()
        containers = Containers(registries.environment, lambda: self.environment()["AWS_ENDPOINT_URL"])
        metadata = Metadata(containers, clock, front_door)
        control = Control(Operations(self, directory).by_name(), metadata, token=self.control_token)
        self._server = Server(OriginCheck(Timekeeper(clock, control)), port)
        self.port, self.endpoint_url = self._server.port, self._server.url
        variables = Variables(self.environment, Secrets(self.client).read, self.iam.credentials, containers.variables)
        self.processes: Processes = Processes(directory, variables, enclosure, self._supervisor)
        kept = directory / "images"
        self.images = Images(kept, self.processes.add_image, lambda place: self.client("ecr", place), image_pushed)
        self._deployer = Deployer(self.client, self.location)

    def __enter__(self) -> Self:
        """Start to serve."""
        if not _ONE_PER_PROCESS.acquire(blocking=False):
            raise RuntimeError("an embedded AWS is open in this process already: close it first, moto has one state")
        with ExitStack() as left:
            left.callback(_ONE_PER_PROCESS.release)
            left.enter_context(Patches(self._changes()))
            left.callback(moto_api_backend.reset)  # moto's resources would otherwise be there for the next one
            left.callback(end_executions)
            if self._is_supervised:
                self._supervisor.begin()
            self._server.start()
            self._left = left.pop_all()
        return self

    def _changes(self) -> list[Change]:
        """All that is not as moto has it while this is open."""
        runtime = Runtime(
            jobs=self.faults.jobs(self.batches.engine),
            tasks=self._tasks,
            endpoint_url=self.endpoint_url,
            rights=self.iam.rights,
            clock=self.clock,
            status_changed=ExecutionEvents(self._bus).changed,
        )
        return [
            *moto.patches(),
            *logs.patches(),
            *self.iam.patches(),
            *self.targets.patches(),
            *self._functions.patches(),
            *ecs.patches(self._tasks),
            *states.patches(runtime),
        ]

    def __exit__(self, *_: object) -> None:
        """Stop every job and the server."""
        self.close()

    def close(self, grace: float = SIGKILL_AFTER_SECONDS) -> None:
        """Stop every job, those that do not end after ``grace`` seconds with SIGKILL, and the server."""
        if self._closed:
            return
        self._closed = True
        self.stacks.close()
        self.batches.close(grace)
        self._supervisor.close()
        self._functions.close()
        self.processes.close()
        self._bus.close()
        self._server.close()
        self._left.close()

    def environment(self, location: Location | None = None) -> dict[str, str]:
        """Environment by which any AWS SDK or command line reaches an account, as its administrator, and a region.

        Args:
            location: the account and the region. Default: those of what names neither.
        """
        location = location or self.location
        return environment(self.endpoint_url, self.iam.keys(location.account), location.region)

    def locations(self) -> list[Location]:
        """The accounts and regions in which there is something, that of what names neither first."""
        return list(dict.fromkeys([self.location, *self.stacks.locations(), *self.batches.locations()]))

    def is_running(self, execution_arn: str) -> bool:
        """Whether an execution of a state machine has not ended; asked again and again, as no request can be."""
        place = Location.of(execution_arn)
        found = stepfunctions_parser_backends[place.account][place.region].describe_execution(execution_arn)
        return bool(found.status == "RUNNING")

    def _roles(self, location: Location) -> Roles | None:
        return self.iam.roles(location)

    def _engine(self, location: Location) -> Engine:
        return self.batches.engine(location)

    def describe_job(self, job: AnyJob) -> dict[str, Any] | None:
        """Describe a job as DescribeJobs has it, wherever it is."""
        return self._engine(Location.of(job.spec.queue.arn)).describe_job(job.id)

    def _prepare(self, job: Job) -> Launch:
        return self.processes.launch(job)

    def client(self, service: str, location: Location | None = None) -> Any:
        """Make a boto3 client of an account's administrator.

        Args:
            service: as boto3 names it.
            location: the account and the region. Default: those of what names neither.
        """
        location = location or self.location
        keys = self.iam.keys(location.account)
        return boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=location.region,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            config=Config(
                retries={"total_max_attempts": 1},
                max_pool_connections=50,
                user_agent_extra=SPARED_USER_AGENT,
                inject_host_prefix=False,
            ),
        )

    def clients(self, location: Location) -> Clients:
        """Give what makes boto3 clients of an account's administrator, in a region."""
        return lambda service: self.client(service, location)

    def deploy(self, stack: Stack) -> Deployment:
        """Deploy a stack, its assets and its images."""
        for image in stack.images:
            self.processes.add_image(image)
        return self._deployer.deploy(stack)
