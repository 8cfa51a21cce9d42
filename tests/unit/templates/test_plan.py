from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.plan import Cause, Plan, plan, removal_order
from constructs_lib.templates.reading import read
from constructs_lib.templates.references import order
from constructs_lib.templates.unknown import Unknown

BASE = """
Parameters:
  Delay: {Type: Number, Default: "1"}
  Extra: {Type: String, Default: "no"}
Conditions:
  HasExtra: !Equals [!Ref Extra, "yes"]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: work, DelaySeconds: !Ref Delay, Tags: [{Key: team, Value: a}]}
  Dead:
    Type: AWS::SQS::Queue
    Condition: HasExtra
    DependsOn: Queue
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [!Ref Queue], PolicyDocument: {Statement: [{Resource: !GetAtt Queue.Arn}]}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: !If [HasExtra, 2, 1]
      Dimensions: [{Name: QueueName, Value: !GetAtt Queue.QueueName}]
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {InstanceType: c5.large}}
  Environment:
    Type: AWS::Batch::ComputeEnvironment
    Properties:
      Type: MANAGED
      ComputeResources:
        LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}
        MaxvCpus: 4
  Jobs:
    Type: AWS::Batch::JobQueue
    Properties: {Priority: 1, ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref Environment}]}
Outputs:
  Url: {Value: !Ref Queue}
"""


class Deployed:
    """Resources that are there."""

    def ref(self, logical_id: str) -> Any:
        return f"{logical_id}-physical"

    def attribute(self, logical_id: str, name: str) -> Any:
        return f"{logical_id}-{name}"


def evaluator(*edits: tuple[str, str], **parameters: str) -> Evaluator:
    text = BASE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return Evaluator(read(text), parameters={"Delay": "1", "Extra": "no", **parameters})


def of(found: Plan) -> dict[str, tuple[str, str]]:
    return {change.logical_id: (change.action, change.replacement) for change in found.changes}


@pytest.fixture(params=[None, Deployed()], ids=["nothing known", "deployed"])
def resources(request: pytest.FixtureRequest) -> Any:
    return request.param


def changed(resources: Any, *edits: tuple[str, str], **parameters: str) -> Plan:
    before, after = evaluator(), evaluator(*edits, **parameters)
    if resources:
        before, after = before.with_resources(resources), after.with_resources(resources)
    return plan(before, after)


def test_what_is_not_there_is_made_with_dependencies_first() -> None:
    found = plan(None, evaluator())
    names = [change.logical_id for change in found.changes]
    assert {change.action for change in found.changes} == {"Add"}
    assert names == ["Queue", "Policy", "Alarm", "Template", "Environment", "Jobs"]
    assert [(change.key, change.before) for change in found.outputs] == [("Url", None)]


def test_what_goes_goes_with_dependents_first() -> None:
    names = [change.logical_id for change in plan(evaluator(), None).changes]
    assert names == removal_order(evaluator()) == ["Jobs", "Environment", "Template", "Alarm", "Policy", "Queue"]


def test_nothing_is_to_do_where_nothing_changes(resources: Any) -> None:
    assert changed(resources).is_empty
    assert changed(resources, ("Type: Number", 'Type: String, Description: "other words"')).is_empty


def test_an_update_in_place_leaves_what_refers_to_it(resources: Any) -> None:
    found = changed(resources, Delay="2")
    assert of(found) == {"Queue": ("Modify", "False")}
    (change,) = found["Queue"].changes
    assert (change.path, change.before, change.after) == ("/Properties/DelaySeconds", "1", "2")
    assert found["Queue"].causes == (
        Cause("/Properties/DelaySeconds", "ParameterReference", "Delay"),
        Cause("/Properties/DelaySeconds", "DirectModification", evaluation="Dynamic"),
    )
    assert found["Queue"].scope == ("Properties",)


def test_a_changed_tag_is_an_update_in_place(resources: Any) -> None:
    found = changed(resources, ("Value: a", "Value: b"))
    assert of(found) == {"Queue": ("Modify", "False")}
    assert found["Queue"].scope == ("Tags",)
    assert found["Queue"].causes == (Cause("/Properties/Tags", "DirectModification"),)


def test_a_replacement_moves_the_references(resources: Any) -> None:
    found = changed(resources, ("QueueName: work", "QueueName: other"))
    assert of(found) == {
        "Queue": ("Modify", "True"),
        "Policy": ("Modify", "False"),
        "Alarm": ("Modify", "False"),
    }
    assert found["Queue"].policy == "Delete"
    assert found["Policy"].causes == (
        Cause("/Properties/Queues", "ResourceReference", "Queue"),
        Cause("/Properties/PolicyDocument/Statement", "ResourceAttribute", "Queue.Arn"),
    )
    assert [output.key for output in found.outputs] == ["Url"]
    assert isinstance(found["Policy"].changes[0].after[0], Unknown)


def test_a_replacement_goes_on_as_far_as_references_replace(resources: Any) -> None:
    found = changed(resources, ("Type: MANAGED", "Type: UNMANAGED"))
    assert of(found) == {"Environment": ("Modify", "True"), "Jobs": ("Modify", "False")}


def test_an_attribute_that_an_update_changes_is_followed(resources: Any) -> None:
    found = changed(resources, ("InstanceType: c5.large", "InstanceType: m5.large"))
    assert of(found) == {
        "Template": ("Modify", "False"),
        "Environment": ("Modify", "Conditional"),
        "Jobs": ("Modify", "False"),
    }
    path = "/Properties/ComputeResources/LaunchTemplate/Version"
    assert found["Environment"].causes == (Cause(path, "ResourceAttribute", "Template.LatestVersionNumber", "Dynamic"),)


def test_a_condition_adds_and_removes(resources: Any) -> None:
    found = changed(resources, Extra="yes")
    assert of(found) == {"Dead": ("Add", "False"), "Alarm": ("Modify", "False")}
    assert found["Alarm"].causes[0] == Cause("/Properties/EvaluationPeriods", "ParameterReference", "Extra")
    back = plan(evaluator(Extra="yes"), evaluator())
    assert of(back) == {"Alarm": ("Modify", "False"), "Dead": ("Remove", "False")}


def test_a_policy_keeps_what_is_removed_or_replaced() -> None:
    kept = ("Type: AWS::EC2::LaunchTemplate\n", "Type: AWS::EC2::LaunchTemplate\n    DeletionPolicy: Retain\n")
    before = evaluator(kept)
    assert plan(before, None)["Template"].policy == "Retain"
    replaced = evaluator(
        ("QueueName: work", "QueueName: other"),
        ("  Queue:\n", "  Queue:\n    UpdateReplacePolicy: Retain\n"),
    )
    found = plan(evaluator(), replaced)["Queue"]
    assert (found.replacement, found.policy) == ("True", "Retain")
    assert found.scope == ("Properties", "UpdateReplacePolicy")


@pytest.mark.parametrize(
    ("resource_type", "properties", "policy"),
    [
        ("AWS::RDS::DBCluster", {}, "Snapshot"),
        ("AWS::RDS::DBInstance", {}, "Snapshot"),
        ("AWS::RDS::DBInstance", {"DBClusterIdentifier": "c"}, "Delete"),
        ("AWS::SQS::Queue", {}, "Delete"),
    ],
)
def test_of_databases_a_snapshot_stays_unless_the_template_says_otherwise(
    resource_type: str,
    properties: Any,
    policy: str,
) -> None:
    template = {"Resources": {"R": {"Type": resource_type, "Properties": properties}}}
    assert plan(Evaluator(template), None)["R"].policy == policy
    template["Resources"]["R"]["DeletionPolicy"] = "Retain"
    assert plan(Evaluator(template), None)["R"].policy == "Retain"


def test_another_type_is_no_update() -> None:
    message = r"The new template modifies resource type of the following resources: \[Policy\]"
    with pytest.raises(TemplateError, match=message):
        changed(None, ("Type: AWS::SQS::QueuePolicy", "Type: AWS::SQS::Queue"))


def test_a_name_that_depends_on_what_may_be_replaced_may_replace() -> None:
    named = ("DelaySeconds: !Ref Delay", "DelaySeconds: 1")
    own = ("  Dead:\n", "  Late: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Environment}}\n  Dead:\n")
    before = evaluator(named, own)
    after = evaluator(named, own, ("MaxvCpus: 4\n", "MaxvCpus: 4\n        InstanceTypes: [c5.large]\n"))
    found = plan(before, after)
    assert of(found)["Environment"] == of(found)["Late"] == ("Modify", "Conditional")


EDITS = st.lists(
    st.sampled_from(
        [
            ("QueueName: work", "QueueName: other"),
            ("Value: a", "Value: b"),
            ("Type: MANAGED", "Type: UNMANAGED"),
            ("InstanceType: c5.large", "InstanceType: m5.large"),
            ("Priority: 1", "Priority: 2"),
            ("MaxvCpus: 4", "MaxvCpus: 8"),
        ],
    ),
    unique=True,
)


@given(EDITS, EDITS, st.sampled_from([None, Deployed()]), st.sampled_from(["yes", "no"]))
def test_a_plan_is_in_an_order_in_which_it_can_be_done(
    one: list[tuple[str, str]],
    other: list[tuple[str, str]],
    resources: Any,
    extra: str,
) -> None:
    before, after = evaluator(*one), evaluator(*other, Extra=extra)
    if resources:
        before, after = before.with_resources(resources), after.with_resources(resources)
    found = plan(before, after)
    names = [change.logical_id for change in found.changes]
    assert len(names) == len(set(names))
    made = [change.logical_id for change in found.changes if change.action != "Remove"]
    assert made == [name for name in order(after.template, after.active()) if name in made]
    assert names[: len(made)] == made
    if {*one} == {*other} and extra == "no":
        assert found.is_empty
