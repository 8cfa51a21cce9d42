"""The parts of an embedded AWS, from the ground up: each is made of those that stand above it in `parts_of`.

To make them takes nothing of this machine: no thread, no file, no port, no process, and moto is as it was.
"""

import threading
from dataclasses import dataclass, field
from functools import partial

from moto.logs.models import logs_backends

from constructs_lib.local import ecs
from constructs_lib.local.account import Location
from constructs_lib.local.apps.deployment import Deployer
from constructs_lib.local.aws.access import Access
from constructs_lib.local.aws.config import Config
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.registry import Registries, Registry
from constructs_lib.local.batch.service import BatchService
from constructs_lib.local.batch.service.wsgi import BatchMiddleware
from constructs_lib.local.deliveries import Callers, Deliverer
from constructs_lib.local.events.admission import Admission
from constructs_lib.local.events.alarm_actions import AlarmActions
from constructs_lib.local.events.bucket_events import BucketEvents
from constructs_lib.local.events.default_bus import DefaultBus
from constructs_lib.local.events.image_events import image_pushed
from constructs_lib.local.events.job_events import JobEvents
from constructs_lib.local.events.scheduled_rules import ScheduledRules
from constructs_lib.local.events.targets import Targets
from constructs_lib.local.events.task_events import TaskEvents
from constructs_lib.local.faults.injector import Injector
from constructs_lib.local.functions import Functions, Invocations
from constructs_lib.local.iam.accounts import Accounts
from constructs_lib.local.iam.callers import requesting_account
from constructs_lib.local.iam.iam import Iam
from constructs_lib.local.images.built_images import Images
from constructs_lib.local.job_environment.attempts import Attempts
from constructs_lib.local.job_environment.enclosure import Enclosure
from constructs_lib.local.job_environment.processes import Processes
from constructs_lib.local.job_environment.secrets import Secrets
from constructs_lib.local.job_environment.variables import Variables
from constructs_lib.local.logs import LogsBackend
from constructs_lib.local.metadata import Containers
from constructs_lib.local.metrics.cloudwatch import CloudWatch
from constructs_lib.local.pipes import Pipes
from constructs_lib.local.runner_choice import choose
from constructs_lib.local.runners import Runner
from constructs_lib.local.runners.container import ContainerRunner
from constructs_lib.local.runners.log_streams import LogStreams
from constructs_lib.local.runners.process import ProcessRunner
from constructs_lib.local.runners.several import MultiContainerRunner
from constructs_lib.local.schedules import Schedules
from constructs_lib.local.sqs import Queues
from constructs_lib.local.stacks.accounts.regions import StacksOfAll
from constructs_lib.local.stacks.handlers.batch import batch_handlers
from constructs_lib.local.stacks.handlers.custom import custom_handlers
from constructs_lib.local.supervisor import Supervisor
from constructs_lib.local.unemulated.moto import Moto


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts that others need, in the order in which they stand."""

    location: Location
    supervisor: Supervisor
    access: Access
    batches: BatchService
    iam: Iam
    faults: Injector
    bus: DefaultBus
    buckets: BucketEvents
    metrics: CloudWatch
    containers: Containers
    processes: Processes
    images: Images
    tasks: ecs.Tasks
    functions: Functions
    callers: Callers
    deliverer: Deliverer
    targets: Targets
    rules: ScheduledRules
    schedules: Schedules
    queues: Queues
    pipes: Pipes
    behind: BatchMiddleware
    """What answers requests past every check."""
    stacks: StacksOfAll
    deployer: Deployer
    told_to_stop: threading.Event = field(default_factory=threading.Event)

    def locations(self) -> list[Location]:
        """The accounts and regions in which there is something, that of what names neither first."""
        return list(dict.fromkeys([self.location, *self.stacks.locations(), *self.batches.locations()]))


def parts_of(config: Config, endpoint_url: str, told_to_stop: threading.Event) -> Parts:
    """Make the parts.

    Args:
        config: how they are to be.
        endpoint_url: where they will answer.
        told_to_stop: set when whoever serves them is to stop.
    """
    clock, first = config.clock, config.location
    supervisor = Supervisor()
    # who may reach what
    accounts = Accounts(first, config.keys)
    access = Access(endpoint_url, accounts, first)
    batches = BatchService(Registries(accounts if config.iam else None, ecs.Clusters()))
    iam = Iam(accounts, batches, clock, enforced=config.iam)
    faults = Injector(config.faults, batches.environment, clock)
    bus = DefaultBus(clock)
    buckets = BucketEvents(bus, clock, requesting_account)
    admission = Admission(iam.lets_in)
    metrics = CloudWatch(clock, bus.send, AlarmActions(access.client, admission).act)
    # what programs find
    enclosure = Enclosure(config.directory, confined=config.confined)
    containers = Containers(batches.environment, endpoint_url)
    secrets = Secrets(access.client)
    variables = Variables(access.environment, secrets.read, iam.credentials, containers.variables)
    processes = Processes(config.directory, variables, enclosure, supervisor)
    images = Images(config.directory / "images", processes.add_image, partial(access.client, "ecr"), image_pushed)
    invocations = Invocations(Attempts(config.directory, supervisor.own), enclosure, supervisor)
    # what runs when something asks for it
    tasks = ecs.Tasks(clock, TaskEvents(bus, clock).changed)
    functions = Functions(config.directory, access.environment, iam.functions, clock, invocations)
    callers = Callers(access.environment, iam.service_credentials)
    deliverer = Deliverer(clock, faults.deliveries())
    targets = Targets(callers, deliverer, admission, clock)
    rules = ScheduledRules(clock, targets)
    schedules = Schedules(clock, callers, deliverer)
    queues = Queues(clock)
    pipes = Pipes(clock, callers, queues, faults.deliveries())
    # what makes resources
    behind = BatchMiddleware(batches.api, Moto())
    handlers = {**batch_handlers(batches), **custom_handlers(access.client, clock)}
    stacks = StacksOfAll(behind, handlers, clock, endpoint_url)
    return Parts(
        location=first,
        supervisor=supervisor,
        access=access,
        batches=batches,
        iam=iam,
        faults=faults,
        bus=bus,
        buckets=buckets,
        metrics=metrics,
        containers=containers,
        processes=processes,
        images=images,
        tasks=tasks,
        functions=functions,
        callers=callers,
        deliverer=deliverer,
        targets=targets,
        rules=rules,
        schedules=schedules,
        queues=queues,
        pipes=pipes,
        behind=behind,
        stacks=stacks,
        deployer=Deployer(access.client, first),
        told_to_stop=told_to_stop,
    )


def begin_jobs(config: Config, services: Parts) -> None:
    """Let jobs and tasks run: from here on there are threads, and containers if they run by those.

    Raises:
        NoEngineError: jobs are to be containers, and no engine answers.
    """
    clock = config.clock
    own = isinstance(config.runner, str)
    measuring = ecs.Insights(_runner(config, services), services.batches.environment, clock)
    runner = services.iam.runner(measuring)
    services.tasks.begin(runner)
    # A runner of its user's own has places enough, such as one that only simulates.
    several = MultiContainerRunner(runner, config.directory / "shared", config.parallel if own else None, clock)
    events = JobEvents(services.batches.describe_job, services.bus)

    def engine(registry: Registry, runner: Runner) -> Engine:
        return Engine(registry, runner, clock, events.changed, services.faults.has_capacity)

    services.batches.begin(engine, services.faults.runner(several))


def _runner(config: Config, services: Parts) -> Runner:
    if not isinstance(config.runner, str):
        return config.runner
    places, processes, supervisor, clock = config.parallel, services.processes, services.supervisor, config.clock
    streams = LogStreams(_logs_of, clock, services.iam.may_write)
    return choose(
        config.runner,
        lambda: ProcessRunner(processes.launch, places, streams, clock, supervisor),
        lambda engine: ContainerRunner(
            engine, processes, config.directory, places, logs=streams, clock=clock, supervisor=supervisor
        ),
    )


def _logs_of(location: Location) -> LogsBackend:
    backend: LogsBackend = logs_backends[location.account][location.region]
    return backend
