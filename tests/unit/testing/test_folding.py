"""State machines in snapshots: users' states as they are, the library's as what was asked for, edited ones in full."""

import copy
import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pytest
from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    ContainerJob,
    DistributedFanOut,
    ItemSource,
    JobImage,
    MapFanOut,
    Platform,
    RunnableWatch,
    StuckJobAction,
)
from constructs_lib.testing import normalize, synthesize_app
from constructs_lib.testing.normalization import STATE_MACHINE

VERSION = version("constructs-lib")
IMPORTED = "arn:aws:batch:eu-west-1:111122223333:job-queue/elsewhere"


class NightlyFanOut(ArrayFanOut):
    """A team's own."""


class Parts:
    """What fan-outs need.

    Args:
        stack: the stack of the fan-outs.
        shared: a stack that has the queue.
    """

    def __init__(self, stack: Stack, shared: batch.CfnJobQueue) -> None:
        self.job = ContainerJob(
            stack,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["true"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        self.queue = batch.JobQueue.from_job_queue_arn(stack, "Queue", shared.attr_job_queue_arn)
        self.elsewhere = batch.JobQueue.from_job_queue_arn(stack, "Elsewhere", IMPORTED)

    def array(self, scope: Construct, name: str = "Items", **options: Any) -> ArrayFanOut:
        return ArrayFanOut(scope, name, job=self.job, queue=self.queue, **options)


def plain(scope: Construct, name: str) -> sfn.Pass:
    return sfn.Pass.jsonata(scope, name, outputs="{% $states.input %}")


def wrapped(scope: Construct, parts: Parts) -> sfn.IChainable:
    """In the middle of a chain, with a state that has the fan-out's name."""
    return plain(scope, "Before").next(parts.array(scope)).next(plain(Construct(scope, "Own"), "Items"))


def chained(scope: Construct, parts: Parts) -> sfn.IChainable:
    second = MapFanOut(scope, "Second", job=parts.job, queue=parts.queue, max_concurrency=7)
    return parts.array(scope, "First").next(second)


def in_a_map(scope: Construct, parts: Parts) -> sfn.IChainable:
    each = sfn.Map.jsonata(scope, "Each", items=sfn.ProvideItems.jsonata("{% $states.input.lists %}"))
    return each.item_processor(parts.array(scope))


def caught(scope: Construct, parts: Parts) -> sfn.IChainable:
    """With a catcher, which a fan-out has as one state."""
    single = parts.array(scope).to_single_state()
    single.add_catch(plain(scope, "Mourn"), errors=["FanOut.TooManyFailures"])
    return single


class Fragment(sfn.StateMachineFragment):
    """A team's fragment around a fan-out.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        parts: what the fan-out needs.
    """

    def __init__(self, scope: Construct, construct_id: str, parts: Parts) -> None:
        super().__init__(scope, construct_id)
        self._fan_out = parts.array(self)

    @property
    def start_state(self) -> sfn.State:
        return self._fan_out.start_state

    @property
    def end_states(self) -> list[sfn.INextable]:
        return self._fan_out.end_states


def with_options(scope: Construct, parts: Parts) -> sfn.IChainable:
    return parts.array(
        scope,
        items='{% $states.input.scans[status = "new"] %}',
        environment={"MODE": "fast", "DAY": "{% $states.input.day %}", "SUM": "0bc8d5c0" * 8},
        fallback_queue=parts.elsewhere,
        memory_steps=[Size.gibibytes(1), Size.mebibytes(2048)],
        timeout=Duration.minutes(90),
        tolerated_failure_percentage=2.5,
        skip_finished=True,
        bucket=s3.Bucket.from_bucket_name(scope, "Own", "own-bucket"),
        attempts=None,
        tags={"team": "maps"},
    )


def from_s3(scope: Construct, parts: Parts) -> sfn.IChainable:
    lists = s3.Bucket.from_bucket_name(scope, "Lists", "lists")
    source = ItemSource.csv(lists, "{% $states.input.key %}", max_items=9)
    return DistributedFanOut(scope, "Items", job=parts.job, queue=parts.queue, items=source, batch_size=500)


def edited(scope: Construct, parts: Parts) -> sfn.IChainable:
    """Somebody gives a state of the fan-out another retrier."""
    fan_out = parts.array(scope)
    store: Any = fan_out.node.find_child("Put items to S3")
    store.add_retry(errors=["States.ALL"], max_attempts=9)
    return fan_out


MACHINES: dict[str, Callable[[Construct, Parts], sfn.IChainable]] = {
    "Wrapped": wrapped,
    "Chained": chained,
    "InAMap": in_a_map,
    "Caught": caught,
    "InAFragment": lambda scope, parts: Fragment(scope, "Team", parts).prefix_states(),
    "WithOptions": with_options,
    "FromS3": from_s3,
    "OfASubclass": lambda scope, parts: NightlyFanOut(scope, "Items", job=parts.job, queue=parts.queue),
    "Edited": edited,
}


LANGUAGES = {"InJsonPath": sfn.QueryLanguage.JSON_PATH, "InJsonata": sfn.QueryLanguage.JSONATA}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A state machine each, in a stack for each query language, beside the stack of what they need."""
    app = App(analytics_reporting=False, outdir=str(tmp_path_factory.mktemp("fan-outs")))
    environments = [batch.CfnJobQueue.ComputeEnvironmentOrderProperty(compute_environment="some", order=1)]
    queue = batch.CfnJobQueue(Stack(app, "Shared"), "Queue", priority=1, compute_environment_order=environments)
    for name, language in LANGUAGES.items():
        stack = Stack(app, name)
        parts = Parts(stack, queue)
        for machine, make in MACHINES.items():
            scope = Construct(stack, machine)
            body = sfn.DefinitionBody.from_chainable(make(scope, parts))
            sfn.StateMachine(scope, "Machine", definition_body=body, query_language=language)
        RunnableWatch(
            stack,
            "Watch",
            queues=[parts.queue],
            after=Duration.hours(2),
            action=StuckJobAction.resubmit(parts.elsewhere).and_notify(sns.Topic(stack, "Topic")),
            jobs=[parts.job],
        )
    return synthesize_app(app)


def shown(template: dict[str, Any], name: str, *, full: bool = False) -> dict[str, Any]:
    (machine,) = (
        resource["Properties"]["DefinitionString"]
        for logical_id, resource in normalize(template, full=full)["Resources"].items()
        if logical_id.startswith((f"{name}Machine", f"Watch{name}")) and resource["Type"] == STATE_MACHINE
    )
    return machine


def logical_id_of(template: dict[str, Any], start: str, kind: str) -> str:
    found = (name for name, resource in template["Resources"].items() if resource["Type"] == kind)
    return next(name for name in found if name.startswith(start))


@pytest.fixture(scope="module", params=LANGUAGES)
def template(request: pytest.FixtureRequest, templates: dict[str, Any]) -> dict[str, Any]:
    return templates[request.param]


def fan_outs(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["Construct"]] if "Construct" in value else []
        return own + [found for item in value.values() for found in fan_outs(item)]
    return [found for item in value for found in fan_outs(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", [name for name in MACHINES if name not in ("Chained", "Edited")])
def test_a_fan_out_is_folded_wherever_it_stands(template: dict[str, Any], name: str) -> None:
    kind = "DistributedFanOut" if name == "FromS3" else "ArrayFanOut"
    assert fan_outs(shown(template, name)) == [f"{kind} of constructs-lib {VERSION}"]


def test_each_of_several_is_folded(template: dict[str, Any]) -> None:
    machine = shown(template, "Chained")
    assert machine["StartAt"] == "First"
    assert {name: state.get("Next") for name, state in machine["States"].items()} == {"First": "Second", "Second": None}
    assert machine["States"]["Second"]["Options"]["max_concurrency"] == 7
    assert machine["States"]["Second"]["End"] is True


def test_users_states_stay_as_they_are_and_lead_to_the_fan_out(template: dict[str, Any]) -> None:
    machine = shown(template, "Wrapped")
    # A state of the user's has the name of the fan-out, so the fan-out keeps that of its first state.
    assert {name: state.get("Next") for name, state in machine["States"].items()} == {
        "Before": "Items: Read items",
        "Items": None,
        "Items: Read items": "Items",
    }
    full = shown(template, "Wrapped", full=True)
    assert machine["States"]["Before"] == full["States"]["Before"]
    assert machine["States"]["Items"] == full["States"]["Items"]


def test_a_catcher_around_a_fan_out_is_shown(template: dict[str, Any]) -> None:
    machine = shown(template, "Caught")
    (state,) = (state for state in machine["States"].values() if state["Type"] == "Parallel")
    assert state["Catch"] == [{"ErrorEquals": ["FanOut.TooManyFailures"], "Next": "Mourn"}]
    assert [*state["Branches"][0]["States"]] == ["Items: Items"]


def test_options_are_shown_as_they_were_given(template: dict[str, Any]) -> None:
    entry = shown(template, "WithOptions")["States"]["Items"]
    options = entry["Options"]
    # An export of the stack that has the queue.
    assert "Fn::ImportValue" in options.pop("queue")
    assert options.pop("job").startswith("${Job")
    assert options == {
        "fallback_queue": IMPORTED,
        "items": '{% $states.input.scans[status = "new"] %}',
        "environment": {"MODE": "fast", "DAY": "{% $states.input.day %}", "SUM": "0bc8d5c0" * 8},
        "memory_steps": ["1,024 MiB", "2,048 MiB"],
        "timeout": "PT1H30M",
        "tolerated_failure_percentage": 2.5,
        "skip_finished": True,
        "bucket": "own-bucket",
        "tags": {"team": "maps"},
    }


def test_a_source_in_s3_is_shown(template: dict[str, Any]) -> None:
    options = shown(template, "FromS3")["States"]["Items"]["Options"]
    assert options["batch_size"] == 500
    assert options["items"]["arguments"] == {"Bucket": "lists", "Key": "{% $states.input.key %}"}
    assert options["items"]["config"]["MaxItems"] == 9


def test_what_the_options_do_not_name_is_among_the_references(template: dict[str, Any]) -> None:
    bucket = logical_id_of(template, "FanOutBucket", "AWS::S3::Bucket")
    assert shown(template, "OfASubclass")["States"]["Items"]["References"] == [f"${{{bucket}}}"]


def test_an_edited_fan_out_is_shown_in_full(template: dict[str, Any]) -> None:
    machine = shown(template, "Edited")
    assert machine == shown(template, "Edited", full=True)
    assert machine["States"]["Items: Put items to S3"]["Retry"][-1]["MaxAttempts"] == 9


def test_the_full_definition_has_all_states(template: dict[str, Any]) -> None:
    machine = shown(template, "OfASubclass", full=True)
    assert len(machine["States"]) == 15
    assert machine["StartAt"] == "Items: Read items"


def test_a_watch_is_folded(template: dict[str, Any]) -> None:
    acting, waiting = shown(template, "Acting"), shown(template, "Waiting")
    entries = [entry for machine in (acting, waiting) for entry in machine["States"].values()]
    assert [entry["Construct"] for entry in entries] == [f"RunnableWatch of constructs-lib {VERSION}"] * 2
    assert entries[0]["Options"] == entries[1]["Options"]
    topic = logical_id_of(template, "Topic", "AWS::SNS::Topic")
    assert entries[0]["Options"]["action"] == {"cancels": True, "queue": IMPORTED, "topic": f"${{{topic}}}"}
    assert entries[0]["Options"]["after"] == "PT2H"
    assert waiting["Comment"] == "Waits for a job to start, and hands it over when it has not."
    machine = logical_id_of(template, "WatchActing", STATE_MACHINE)
    assert waiting["States"]["Note job"]["References"] == [f"${{{machine}}}"]
    assert len(shown(template, "Waiting", full=True)["States"]) == 8


# Below, somebody edits the text of a template.


def with_definition(
    template: dict[str, Any], edit: Callable[[str], str], machine: str = "OfASubclassMachine"
) -> dict[str, Any]:
    changed = copy.deepcopy(template)
    for logical_id, resource in changed["Resources"].items():
        if logical_id.startswith(machine) and resource["Type"] == STATE_MACHINE:
            pieces = resource["Properties"]["DefinitionString"]["Fn::Join"][1]
            pieces[:] = [edit(piece) if isinstance(piece, str) else piece for piece in pieces]
    assert changed != template
    return changed


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("FanOut.TooManyFailures", "FanOut.Other"),  # a text
        ("> 40000", "> 50000"),  # in an expression
        ('"MaxAttempts":4', '"MaxAttempts":5'),  # a number
        ('"Items: Check items":{', '"Items: Others":{"Type":"Succeed"},"Items: Check items":{'),  # a state more
        (":states:::aws-sdk:s3:putObject", ":states:::aws-sdk:s3:deleteObject"),  # beside a reference
        ('"Default":"Items: Run arrays"', '"Default":"Items: Return summary"'),  # where a state leads
        ("options {", "options {{"),  # the mark itself
        ("ArrayFanOut of constructs-lib", "By hand after constructs-lib"),
    ],
)
def test_a_fan_out_that_was_edited_in_the_template_is_shown_in_full(
    template: dict[str, Any], was: str, becomes: str
) -> None:
    changed = with_definition(template, lambda text: text.replace(was, becomes))
    assert shown(changed, "OfASubclass") == shown(changed, "OfASubclass", full=True)


def test_a_state_that_leads_into_the_middle_of_a_fan_out_keeps_it_open(template: dict[str, Any]) -> None:
    jump = '"States":{"Jump":{"Type":"Pass","Next":"Items: Return summary"},'
    changed = with_definition(template, lambda text: text.replace('"States":{', jump, 1))
    assert shown(changed, "OfASubclass") == shown(changed, "OfASubclass", full=True)


def test_an_edited_watch_is_shown_in_full(template: dict[str, Any]) -> None:
    changed = with_definition(template, lambda text: text.replace('"Seconds":7200', '"Seconds":60'), "WatchWaiting")
    assert shown(changed, "Waiting") == shown(changed, "Waiting", full=True)


def test_another_version_of_the_library_is_one_line(template: dict[str, Any]) -> None:
    changed = with_definition(template, lambda text: text.replace(f"constructs-lib {VERSION}", "constructs-lib 2.0.0"))
    before, after = (shown(made, "OfASubclass")["States"]["Items"] for made in (template, changed))
    assert after == before | {"Construct": "ArrayFanOut of constructs-lib 2.0.0"}


def test_a_definition_of_somebody_else_is_shown_state_by_state() -> None:
    definition = {"StartAt": "Items: Read items", "States": {"Items: Read items": {"Type": "Succeed"}}}
    machine = {"Type": STATE_MACHINE, "Properties": {"DefinitionString": json.dumps(definition)}}
    assert normalize({"Resources": {"Machine": machine}}, full=False)["Resources"]["Machine"]["Properties"] == {
        "DefinitionString": definition
    }
