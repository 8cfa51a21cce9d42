"""What a platform team wants of every pipeline holds in ours: injectors, boundaries, synthesizers, Mixins, Aspects."""

from typing import Any

import jsii
import pytest
from aws_cdk import (
    App,
    Aspects,
    BootstraplessSynthesizer,
    CfnResource,
    CliCredentialsStackSynthesizer,
    DefaultStackSynthesizer,
    IAspect,
    IPropertyInjector,
    IStackSynthesizer,
    LegacyStackSynthesizer,
    Mixin,
    Mixins,
    PropertyInjectors,
    Size,
    Stack,
    Stage,
)
from aws_cdk import aws_batch as batch
from aws_cdk import aws_logs as logs
from constructs import Construct, IConstruct

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ConfigurationError,
    ContainerJob,
    JobImage,
    JobQueue,
    Platform,
)
from tests.unit.core.right_calls import Parts
from tests.unit.monitoring.conftest import Template, template_of
from tests.unit.resources import resources


@jsii.implements(IPropertyInjector)
class Injector:
    """Gives arguments to the constructs of a class."""

    def __init__(self, unique_id: str, **given: Any) -> None:
        self._unique_id = unique_id
        self._given = given
        self.seen: list[str] = []

    @property
    def construct_unique_id(self) -> str:
        return self._unique_id

    def inject(self, original_props: Any, *, id: str, scope: Construct) -> Any:  # noqa: A002 - aws-cdk-lib's name
        self.seen.append(f"{scope.node.path}/{id}")
        return {**self._given, **(original_props or {})}


class OfQueues(Mixin):
    """Gives a queue a priority."""

    def supports(self, _construct: IConstruct) -> bool:
        return isinstance(_construct, batch.CfnJobQueue)

    def apply_to(self, construct: IConstruct) -> None:
        construct.priority = 100  # type: ignore[attr-defined]  # of those that it supports


@jsii.implements(IAspect)
class Named:
    """Gives each resource a description of who made it."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, CfnResource):
            node.add_metadata("team", "reports")


def job(stack: Construct, **options: Any) -> ContainerJob:
    given: dict[str, Any] = {"platform": Platform.FARGATE, "vcpus": 0.25, "memory": Size.mebibytes(512)} | options
    return ContainerJob(stack, "Job", image=JobImage.from_registry("busybox:1.37"), command=["true"], **given)


def pipeline(stack: Stack) -> JobQueue:
    queue = Parts(stack).queue
    fan_out = ArrayFanOut(stack, "Items", job=job(stack), queue=queue)
    BatchStateMachine(stack, "Machine", definition=fan_out)
    return queue


@pytest.fixture(scope="module")
def governed() -> Template:
    """A pipeline in an app with rules."""
    boundary = {"@aws-cdk/core:permissionsBoundary": {"name": "team-boundary"}}
    app = App(
        analytics_reporting=False,
        context=boundary,
        property_injectors=[
            Injector("constructs_lib.ContainerJob", user="1000"),
            Injector(logs.LogGroup.PROPERTY_INJECTION_ID, logGroupClass=logs.LogGroupClass.INFREQUENT_ACCESS),
        ],
    )
    stack = Stack(app, "Governed")
    assert pipeline(stack).with_(OfQueues()) is stack.node.find_child("Queue")
    Aspects.of(app).add(Named())
    template: Template = app.synth().get_stack_by_name("Governed").template
    return template


def properties(template: Template, kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in resources(template, kind).values()]


def test_a_permissions_boundary_is_that_of_every_role(governed: Template) -> None:
    roles = properties(governed, "AWS::IAM::Role")
    assert len(roles) >= 3
    assert all("team-boundary" in str(role["PermissionsBoundary"]) for role in roles)


def test_arguments_are_injected_into_constructs_of_ours(governed: Template) -> None:
    [definition] = properties(governed, "AWS::Batch::JobDefinition")
    assert definition["ContainerProperties"]["User"] == "1000"


def test_properties_are_injected_into_constructs_of_aws_cdk_lib_within_ours(governed: Template) -> None:
    classes = [group.get("LogGroupClass") for group in properties(governed, "AWS::Logs::LogGroup")]
    assert set(classes) == {"INFREQUENT_ACCESS"}


def test_a_mixin_is_applied_to_what_is_in_a_construct(governed: Template) -> None:
    [queue] = properties(governed, "AWS::Batch::JobQueue")
    assert queue["Priority"] == 100


def test_an_aspect_visits_every_resource(governed: Template) -> None:
    teams = [each.get("Metadata", {}).get("team") for each in governed["Resources"].values()]
    assert set(teams) == {"reports"}


@pytest.mark.parametrize(
    "synthesizer",
    [
        DefaultStackSynthesizer(qualifier="team"),
        CliCredentialsStackSynthesizer(),
        LegacyStackSynthesizer(),
        BootstraplessSynthesizer(),
    ],
    ids=lambda synthesizer: type(synthesizer).__name__,
)
def test_any_synthesizer_will_do(synthesizer: IStackSynthesizer) -> None:
    app = App(analytics_reporting=False)
    pipeline(Stack(app, "Stack", synthesizer=synthesizer))
    assert properties(app.synth().get_stack_by_name("Stack").template, "AWS::Batch::JobDefinition")


def test_mixins_of_a_scope_find_constructs_of_ours() -> None:
    stack = Stack(App(analytics_reporting=False), "Stack")
    queue = Parts(stack).queue

    class Seen(Mixin):
        def supports(self, _construct: IConstruct) -> bool:
            return isinstance(_construct, JobQueue)

        def apply_to(self, construct: IConstruct) -> None:
            construct.node.add_metadata("seen", "yes")

    report = Mixins.of(stack).apply(Seen()).report
    assert [application.construct for application in report] == [queue]


class TestInjectors:
    def test_the_nearest_one_gives_the_arguments(self) -> None:
        app = App(analytics_reporting=False)
        stage = Stage(app, "Stage")
        stack = Stack(stage, "Stack")
        far, near = (Injector("constructs_lib.ContainerJob", user=user) for user in ("1", "2"))
        PropertyInjectors.of(app).add(far)
        PropertyInjectors.of(stage).add(near)
        PropertyInjectors.of(stack).add(Injector("constructs_lib.JobQueue", priority=7))
        job(stack)
        assert (near.seen, far.seen) == (["Stage/Stack/Job"], [])

    def test_what_is_passed_wins_if_the_injector_wants_it_so(self) -> None:
        stack = Stack(App(analytics_reporting=False), "Stack")
        PropertyInjectors.of(stack).add(Injector("constructs_lib.ContainerJob", user="1000"))
        job(stack, user="7")
        [definition] = properties(template_of(stack), "AWS::Batch::JobDefinition")
        assert definition["ContainerProperties"]["User"] == "7"

    def test_an_argument_that_a_construct_needs_may_come_from_one(self) -> None:
        stack = Stack(App(analytics_reporting=False), "Stack")
        given = {"platform": Platform.FARGATE, "vcpus": 0.5, "memory": Size.gibibytes(1)}
        PropertyInjectors.of(stack).add(Injector("constructs_lib.ContainerJob", **given))
        assert ContainerJob(stack, "Job", image=JobImage.from_registry("busybox:1.37"), command=["true"])  # type: ignore[call-arg]

    def test_a_wrong_argument_of_one_is_refused_at_its_construct(self) -> None:
        stack = Stack(App(analytics_reporting=False), "Stack")
        PropertyInjectors.of(stack).add(Injector("constructs_lib.ContainerJob", usr="1000"))
        with pytest.raises(ConfigurationError, match=r"^ContainerJob 'Stack/Job': got an argument usr, "):
            job(stack)
