"""Jobs and the queues that they meet: what can never run is refused, what may run or is not known is not."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Aws, CfnParameter, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_eks as eks
from aws_cdk.assertions import Annotations, Match
from constructs import Construct
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import (
    ArrayFanOut,
    ArrayPipeline,
    ConfigurationError,
    ContainerJob,
    DistributedFanOut,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    JobContainer,
    JobImage,
    JobQueue,
    ManagedInstancesComputeEnvironment,
    MapFanOut,
    MultiContainerJob,
    MultiNodeJob,
    NodeGroup,
    PipelineStage,
    Platform,
    RunnableWatch,
    StuckJobAction,
    SubmitJob,
    UnmanagedComputeEnvironment,
)
from constructs_lib.compute.capacity import Capacity, Kind
from constructs_lib.instance_types.catalog import allowed
from constructs_lib.instance_types.fitting import Demand
from constructs_lib.jobs.placement.fit import _miss
from constructs_lib.jobs.placement.job_demand import JobDemand
from constructs_lib.local.scheduler.environments import nodes
from constructs_lib.local.scheduler.environments.fleet import Fleet
from constructs_lib.local.scheduler.shapes.capacity import Needs

ARM, X86 = ec2.InstanceArchitecture.ARM_64, ec2.InstanceArchitecture.X86_64
GIB = Size.gibibytes


def image(architecture: ec2.InstanceArchitecture | None = None) -> JobImage:
    return JobImage.from_registry("busybox:1.37", architecture=architecture)


class Site:
    """A stack in which environments, queues and jobs are made."""

    def __init__(self) -> None:
        self.stack = Stack(App(analytics_reporting=False), "S")
        self.vpc = ec2.Vpc(self.stack, "Vpc", max_azs=1)
        self.count = 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def instances(self, *types: str, **options: Any) -> Ec2ComputeEnvironment:
        given = {"vpc": self.vpc, "max_vcpus": 256, "instance_types": types or None, **options}
        return Ec2ComputeEnvironment(self.stack, self.name("Ec2"), **given)

    def fargate(self, **options: Any) -> FargateComputeEnvironment:
        given = {"vpc": self.vpc, "max_vcpus": 64, **options}
        return FargateComputeEnvironment(self.stack, self.name("Fargate"), **given)

    def queue(self, *environments: Any) -> JobQueue:
        return JobQueue(self.stack, self.name("Queue"), compute_environments=environments)

    def job(self, **options: Any) -> ContainerJob:
        given = {"image": image(), "vcpus": 1, "memory": GIB(2), **options}
        return ContainerJob(self.stack, self.name("Job"), **given)

    def on_fargate(self, **options: Any) -> ContainerJob:
        return self.job(**{"platform": Platform.FARGATE, **options})

    def submit(self, job: batch.IJobDefinition, queue: batch.IJobQueue, **options: Any) -> SubmitJob:
        return SubmitJob(self.stack, self.name("Submit"), job=job, queue=queue, **options)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


Meeting = Callable[[Site], tuple[batch.IJobDefinition, batch.IJobQueue]]

REFUSED: dict[str, tuple[Meeting, str, str]] = {
    "EC2 on Fargate": (lambda s: (s.job(), s.queue(s.fargate())), "FIT001", "is for EC2, on S/Queue"),
    "Fargate on EC2": (lambda s: (s.on_fargate(), s.queue(s.instances())), "FIT001", "is over EC2"),
    "on managed instances": (
        lambda s: (
            s.job(),
            s.queue(ManagedInstancesComputeEnvironment(s.stack, s.name("Ecs"), vpc=s.vpc, max_vcpus=8)),
        ),
        "FIT001",
        "over ECS managed instances",
    ),
    "on EKS": (lambda s: (s.job(), s.queue(kubernetes(s))), "FIT001", "is over EKS"),
    "several containers on Fargate": (lambda s: (several(s, X86), s.queue(s.fargate())), "FIT001", "is for EC2"),
    "aws-cdk-lib's on Fargate": (lambda s: (plain_job(s), s.queue(s.fargate())), "FIT001", "is for EC2"),
    "on aws-cdk-lib's queue": (lambda s: (s.job(), plain_queue(s, s.fargate())), "FIT001", "is over Fargate"),
    "arm64 on x86": (lambda s: (s.job(image=image(ARM)), s.queue(s.instances("m7i"))), "FIT002", "for ARM_64"),
    "x86 on arm64": (lambda s: (s.job(image=image(X86)), s.queue(s.instances("c7g"))), "FIT002", "are ARM_64"),
    "arm64 on AWS's choice": (lambda s: (s.job(image=image(ARM)), s.queue(s.instances())), "FIT002", "are X86_64"),
    "arm64 containers": (lambda s: (several(s, ARM), s.queue(s.instances())), "FIT002", "for ARM_64"),
    "arm64 on own instances": (lambda s: (s.job(image=image(ARM)), s.queue(unmanaged(s))), "FIT002", "are X86_64"),
    "GPU on none": (lambda s: (s.job(gpus=1), s.queue(s.instances())), "FIT003", "its types have no GPU"),
    "8 GPUs on 4": (lambda s: (s.job(gpus=8), s.queue(s.instances("g6.12xlarge"))), "FIT003", "has 4 GPUs"),
    "vCPUs on a type": (lambda s: (s.job(vcpus=4), s.queue(s.instances("m7i.large"))), "FIT003", "has 2 vCPUs"),
    "vCPUs on a family": (lambda s: (s.job(vcpus=256), s.queue(s.instances("m7i"))), "FIT003", "has 192 vCPUs"),
    "memory of exactly the type": (
        lambda s: (s.job(memory=GIB(8)), s.queue(s.instances("m7i.large"))),
        "FIT003",
        "m7i.large has 7,955 MiB for jobs",
    ),
    "memory on own instances": (lambda s: (s.job(memory=GIB(64)), s.queue(unmanaged(s))), "FIT003", "for jobs"),
    "memory on aws-cdk-lib's": (
        lambda s: (s.job(memory=GIB(2000)), s.queue(plain_instances(s))),
        "FIT003",
        "MiB for jobs, and no type has more",
    ),
    "max_vcpus of Fargate": (
        lambda s: (s.on_fargate(vcpus=4, memory=GIB(8)), s.queue(s.fargate(max_vcpus=2))),
        "FIT003",
        "max_vcpus is 2",
    ),
    "max_vcpus of instances": (lambda s: (s.job(vcpus=8), s.queue(s.instances(max_vcpus=4))), "FIT003", "vcpus is 4"),
    "max_vcpus that may not be exceeded": (
        lambda s: (s.job(), s.queue(s.instances("m7i.xlarge", max_vcpus=2, **best_fit()))),
        "FIT003",
        "max_vcpus is 2",
    ),
    "none of two": (
        lambda s: (s.job(vcpus=8), s.queue(s.instances("m7i.large"), s.instances("m7i.xlarge"))),
        "FIT003",
        "m7i.large has 2 vCPUs, and no type has more; S/Ec2",
    ),
    "containers together": (
        lambda s: (several(s, X86, count=3), s.queue(s.instances("m7i.large"))),
        "FIT003",
        "3 vCPUs, 3,072 MiB",
    ),
}
FITS: dict[str, Meeting] = {
    "what ECS leaves of a type": lambda s: (s.job(vcpus=2, memory=GIB(7)), s.queue(s.instances("m7i.large"))),
    "a family": lambda s: (s.job(vcpus=192, memory=GIB(700)), s.queue(s.instances("m7i"))),
    "GPUs": lambda s: (s.job(gpus=4), s.queue(s.instances("g6.12xlarge"))),
    "arm64": lambda s: (s.job(image=image(ARM)), s.queue(s.instances("c7g"))),
    "a processor that is not known": lambda s: (s.job(), s.queue(s.instances("c7g"))),
    "Fargate": lambda s: (s.on_fargate(image=image(ARM)), s.queue(s.fargate())),
    "an instance beyond max_vcpus": lambda s: (s.job(), s.queue(s.instances("m7i.xlarge", max_vcpus=2))),
    "the second of two": lambda s: (s.job(vcpus=4), s.queue(s.instances("m7i.large"), s.instances("m7i.xlarge"))),
    "own instances": lambda s: (s.job(), s.queue(unmanaged(s))),
    "instances of somebody": lambda s: (s.job(vcpus=512), s.queue(batch.UnmanagedComputeEnvironment(s.stack, "Own"))),
    "aws-cdk-lib's types and AWS's": lambda s: (s.job(vcpus=64), s.queue(plain_instances(s))),
    "parts of a GPU": lambda s: (s.job(gpus=1), s.queue(s.instances("g6f.xlarge"))),
    "a type that is newer than the table": lambda s: (s.job(gpus=9), s.queue(with_newer_type(s))),
    "imported queue": lambda s: (
        s.job(gpus=9),
        batch.JobQueue.from_job_queue_arn(s.stack, "Far", f"arn:aws:batch:{Aws.REGION}:123456789012:job-queue/far"),
    ),
    "imported environment": lambda s: (
        s.job(gpus=9),
        s.queue(
            batch.ManagedEc2EcsComputeEnvironment.from_managed_ec2_ecs_compute_environment_arn(
                s.stack, "FarEnvironment", "arn:aws:batch:eu-west-1:123456789012:compute-environment/far"
            )
        ),
    ),
    "imported job": lambda s: (
        batch.EcsJobDefinition.from_job_definition_arn(
            s.stack, "FarJob", "arn:aws:batch:eu-west-1:123456789012:job-definition/far:1"
        ),
        s.queue(s.fargate()),
    ),
    "a maximum that is a token": lambda s: (
        s.on_fargate(vcpus=4, memory=GIB(8)),
        s.queue(s.fargate(max_vcpus=token(s))),
    ),
    "sizes that are tokens": lambda s: (s.job(memory=Size.mebibytes(token(s))), s.queue(s.instances("m7i.large"))),
    "types that are tokens": lambda s: (
        s.job(gpus=9),
        s.queue(s.instances(CfnParameter(s.stack, s.name("Type")).value_as_string)),
    ),
}


def token(site: Site) -> float:
    number: float = CfnParameter(site.stack, site.name("Number"), type="Number").value_as_number
    return number


def best_fit() -> dict[str, Any]:
    return {"allocation_strategy": batch.AllocationStrategy.BEST_FIT, "replace_on_update": True}


def several(site: Site, architecture: ec2.InstanceArchitecture, count: int = 2) -> MultiContainerJob:
    containers = [
        JobContainer(name=f"c{index}", image=image(architecture), vcpus=1, memory=GIB(1)) for index in range(count)
    ]
    return MultiContainerJob(site.stack, site.name("Several"), containers=containers)


def unmanaged(site: Site) -> UnmanagedComputeEnvironment:
    return UnmanagedComputeEnvironment(
        site.stack, site.name("Unmanaged"), vpc=site.vpc, instance_types=["m7i.large"], max_instances=1
    )


def kubernetes(site: Site) -> batch.ManagedEc2EksComputeEnvironment:
    cluster = eks.Cluster.from_cluster_attributes(site.stack, "Cluster", cluster_name="k8s", vpc=site.vpc)
    return batch.ManagedEc2EksComputeEnvironment(
        site.stack, "Kubernetes", vpc=site.vpc, eks_cluster=cluster, kubernetes_namespace="jobs"
    )


def plain_instances(site: Site) -> batch.ManagedEc2EcsComputeEnvironment:
    return batch.ManagedEc2EcsComputeEnvironment(
        site.stack, site.name("Plain"), vpc=site.vpc, instance_types=[ec2.InstanceType("m7i.large")]
    )


def plain_queue(site: Site, environment: Any) -> batch.JobQueue:
    ordered = batch.OrderedComputeEnvironment(compute_environment=environment, order=1)
    return batch.JobQueue(site.stack, site.name("PlainQueue"), compute_environments=[ordered])


def plain_job(site: Site) -> batch.EcsJobDefinition:
    scope = Construct(site.stack, site.name("Plain"))
    container = batch.EcsEc2ContainerDefinition(
        scope, "Container", image=ecs.ContainerImage.from_registry("busybox:1.37"), cpu=1, memory=GIB(1)
    )
    return batch.EcsJobDefinition(scope, "Job", container=container)


def with_newer_type(site: Site) -> Ec2ComputeEnvironment:
    environment = site.instances("m7i.large")
    environment.add_instance_type(ec2.InstanceType("m99i.large"))
    return environment


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_never_run_is_refused(site: Site, name: str) -> None:
    make, code, text = REFUSED[name]
    job, queue = make(site)
    with pytest.raises(ConfigurationError) as caught:
        site.submit(job, queue, wait=not isinstance(job, MultiContainerJob))
    assert caught.value.code == code
    assert text in str(caught.value)
    assert caught.value.where == f"SubmitJob 'S/Submit{site.count}' queue"


@pytest.mark.parametrize("name", FITS)
def test_what_may_run_or_is_not_known_is_not(site: Site, name: str) -> None:
    site.submit(*FITS[name](site))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vcpus": 2}, None),
        ({"vcpus": 4}, "FIT003"),
        ({"memory": GIB(7)}, None),
        ({"memory": GIB(8)}, "FIT003"),
        ({"gpus": 1}, "FIT003"),
    ],
)
def test_what_a_submit_replaces_counts(site: Site, changes: dict[str, Any], code: str | None) -> None:
    job, queue = site.job(), site.queue(site.instances("m7i.large"))
    if code is None:
        site.submit(job, queue, **changes)
    else:
        with pytest.raises(ConfigurationError, match=code):
            site.submit(job, queue, **changes)


def test_a_submit_may_make_a_job_fit(site: Site) -> None:
    site.submit(site.job(vcpus=16), site.queue(site.instances("m7i.large")), vcpus=1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"vcpus": 3}, "BATCH011"), ({"memory": GIB(1)}, "BATCH011"), ({"gpus": 1}, "BATCH026"), ({"vcpus": 0.5}, None)],
)
def test_on_fargate_a_submit_has_the_sizes_of_fargate(site: Site, changes: dict[str, Any], code: str | None) -> None:
    job, queue = site.on_fargate(), site.queue(site.fargate())
    if code is None:
        site.submit(job, queue, **changes)
    else:
        with pytest.raises(ConfigurationError, match=code):
            site.submit(job, queue, **changes)


def test_an_environment_and_a_type_that_were_added_count(site: Site) -> None:
    environment = site.instances("m7i.large")
    queue = site.queue(environment)
    environment.add_instance_class(ec2.InstanceClass.C7I)
    site.submit(site.job(vcpus=96), queue)
    queue.add_compute_environment(site.instances("g6.xlarge"), 2)
    site.submit(site.job(gpus=1), queue)


def test_arm64_on_fargate_spot_alone_is_warned_of() -> None:
    site = Site()
    spot = site.fargate(spot=True)
    site.submit(site.on_fargate(image=image(ARM)), site.queue(spot, site.fargate()))
    site.submit(site.on_fargate(), site.queue(spot))
    assert Annotations.from_stack(site.stack).find_warning("*", Match.string_like_regexp("ARM_64")) == []
    job = site.on_fargate(image=image(ARM))
    queue = site.queue(spot)
    site.submit(job, queue)
    site.submit(job, queue)
    (warning,) = Annotations.from_stack(site.stack).find_warning("*", Match.string_like_regexp("armOnFargateSpot"))
    assert warning.id == f"/{job.node.path}"


NODES = [
    ({"groups": [(2, 2)], "max_vcpus": 4}, None),
    ({"groups": [(2, 2)], "max_vcpus": 2}, "max_vcpus is 2"),
    ({"groups": [(2, 3)], "max_vcpus": 4}, "max_vcpus is 4"),
    ({"groups": [(1, 1), (4, 1)], "max_vcpus": 64}, "m7i.large has 2 vCPUs"),
    ({"groups": [(1, 1)], "max_vcpus": 64, "instance_type": "c7i.large"}, "it has no c7i.large"),
    ({"groups": [(1, 1)], "max_vcpus": 64, "instance_type": "m7i.large"}, None),
    ({"groups": [(1, 1)], "max_vcpus": 64, "instance_type": "m7i.large", "architecture": ARM}, "for ARM_64"),
]


@pytest.mark.parametrize(("options", "text"), NODES)
def test_each_node_has_an_instance_of_its_own(site: Site, options: dict[str, Any], text: str | None) -> None:
    queue = site.queue(site.instances("m7i.large", max_vcpus=options["max_vcpus"]))
    groups = [
        NodeGroup(image=image(options.get("architecture")), vcpus=vcpus, memory=GIB(1), nodes=count)
        for vcpus, count in options["groups"]
    ]
    job = MultiNodeJob(site.stack, site.name("Nodes"), groups=groups, instance_type=options.get("instance_type"))
    if text is None:
        site.submit(job, queue, wait=False)
    else:
        with pytest.raises(ConfigurationError, match=text):
            site.submit(job, queue, wait=False)


@pytest.mark.parametrize("kind", [ArrayFanOut, MapFanOut, DistributedFanOut])
@pytest.mark.parametrize(
    ("queues", "steps", "where"),
    [
        (("m7i.large", None), [], None),
        (("m7i.large", "m7i.xlarge"), [4], None),
        (("g6.xlarge", "m7i.large"), [], "fallback_queue"),
        (("m7i.large", "m7i.xlarge"), [4, 12], "memory_steps[1]"),
        (("m7i.xlarge", "m7i.large"), [4, 12], "memory_steps[1]"),
    ],
)
def test_a_fan_out_meets_each_of_its_queues_in_each_round(
    site: Site, kind: Any, queues: tuple[str, str | None], steps: list[int], where: str | None
) -> None:
    first, second = (site.queue(site.instances(each)) if each else None for each in queues)
    job = site.job(gpus=1 if "g6.xlarge" in queues else 0)
    options = {"queue": first, "fallback_queue": second, "memory_steps": [GIB(step) for step in steps] or None}
    if where is None:
        kind(site.stack, site.name("FanOut"), job=job, **options)
        return
    with pytest.raises(ConfigurationError) as caught:
        kind(site.stack, site.name("FanOut"), job=job, **options)
    assert (caught.value.code, caught.value.where) == ("FIT003", f"{kind.__name__} 'S/FanOut{site.count}' {where}")


def test_each_stage_of_a_pipeline_meets_its_queue(site: Site) -> None:
    job, queue = site.on_fargate(), site.queue(site.fargate())
    stages = [
        PipelineStage(name="first", job=job, queue=queue),
        PipelineStage(name="second", job=job, queue=site.queue(site.instances())),
    ]
    with pytest.raises(ConfigurationError) as caught:
        ArrayPipeline(site.stack, site.name("Pipeline"), stages=stages)
    assert caught.value.where == f"ArrayPipeline 'S/Pipeline{site.count}' stages[1].queue"


def test_a_watch_resubmits_to_a_queue_that_can_run_the_job(site: Site) -> None:
    job, watched = site.job(), site.queue(site.instances())
    with pytest.raises(ConfigurationError, match=r"RunnableWatch 'S/Watch' action: got .*FIT001"):
        RunnableWatch(
            site.stack,
            "Watch",
            queues=[watched],
            jobs=[job],
            after=Duration.hours(1),
            action=StuckJobAction.resubmit(site.queue(site.fargate())),
        )


@given(
    types=st.lists(st.sampled_from(["m7i.large", "c7i", "g6.xlarge", "r7i.4xlarge", "optimal"]), min_size=1),
    wanted=st.lists(st.tuples(st.integers(1, 200), st.integers(4, 900_000), st.integers(0, 2)), min_size=1, max_size=3),
    most=st.integers(1, 400),
    exceeds=st.booleans(),
)
def test_what_is_refused_is_what_the_embedded_aws_never_places(
    types: list[str], wanted: list[tuple[int, int, int]], most: int, exceeds: bool
) -> None:
    shapes = allowed(tuple(types))
    capacity = Capacity(None, Kind.EC2, shapes=shapes, max_vcpus=most, exceeds=exceeds)  # type: ignore[arg-type]
    fleet = Fleet(shapes, 0, most, exceeds)
    demand = JobDemand(Kind.EC2, demand=[(Demand(*each), 1) for each in wanted])
    needs = [Needs(*each) for each in wanted]
    impossible = fleet.impossible(needs[0]) if len(needs) == 1 else nodes.impossible(fleet, needs)
    assert (_miss(capacity, demand) is None) == (impossible is None)
