"""What becomes of stacks, in CloudFormation's statuses, events and words."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

Template = dict[str, Any]

TOPIC: Template = {"Type": "AWS::SNS::Topic"}
TRUST = {"Version": "2012-10-17", "Statement": []}
ROLE: Template = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
BROKEN: Template = {
    "Type": "AWS::Batch::JobQueue",
    "DependsOn": "Topic",
    "Properties": {"Priority": 1, "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": "nowhere"}]},
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


def parameter(value: Any) -> Template:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


class Stacks:
    """Calls for stacks of one resource and others, by the test's name."""

    def __init__(self, aws: EmbeddedAws, name: str) -> None:
        self.client = aws.client("cloudformation")
        self.name = name

    def create(self, resources: Template, **options: Any) -> str:
        self.client.create_stack(StackName=self.name, **self._body(resources, options))
        return self.status()

    def update(self, resources: Template, **options: Any) -> str:
        self.client.update_stack(StackName=self.name, **self._body(resources, options))
        return self.status()

    def delete(self, **options: Any) -> str:
        arn = self.describe()["StackId"]
        self.client.delete_stack(StackName=self.name, **options)
        return str(self.client.describe_stacks(StackName=arn)["Stacks"][0]["StackStatus"])

    def describe(self) -> dict[str, Any]:
        [found] = self.client.describe_stacks(StackName=self.name)["Stacks"]
        return dict(found)

    def status(self) -> str:
        return str(self.describe()["StackStatus"])

    def told(self, name: str | None = None) -> list[tuple[str, str, str | None]]:
        """The events, the oldest first: logical id, status, reason."""
        events = self.client.describe_stack_events(StackName=name or self.name)["StackEvents"]
        return [
            (event["LogicalResourceId"], event["ResourceStatus"], event.get("ResourceStatusReason"))
            for event in reversed(events)
        ]

    def ids(self) -> dict[str, str]:
        found = self.client.list_stack_resources(StackName=self.name)["StackResourceSummaries"]
        return {item["LogicalResourceId"]: item.get("PhysicalResourceId", "") for item in found}

    @staticmethod
    def _body(resources: Template, options: dict[str, Any]) -> dict[str, Any]:
        template = {"Resources": resources, **options.pop("sections", {})}
        return {"TemplateBody": json.dumps(template), "Capabilities": ["CAPABILITY_NAMED_IAM"], **options}


@pytest.fixture
def stacks(aws: EmbeddedAws, request: pytest.FixtureRequest) -> Stacks:
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return Stacks(aws, f"t-{name}"[:120])


def test_a_stack_tells_its_story(stacks: Stacks) -> None:
    assert stacks.create({"Topic": TOPIC}) == "CREATE_COMPLETE"
    assert stacks.told() == [
        (stacks.name, "CREATE_IN_PROGRESS", "User Initiated"),
        ("Topic", "CREATE_IN_PROGRESS", None),
        ("Topic", "CREATE_COMPLETE", None),
        (stacks.name, "CREATE_COMPLETE", None),
    ]


def test_a_creation_that_fails_is_rolled_back_with_the_resource_and_the_reason(
    aws: EmbeddedAws, stacks: Stacks
) -> None:
    assert stacks.create({"Topic": TOPIC, "Queue": BROKEN}) == "ROLLBACK_COMPLETE"
    told = stacks.told()
    [(_, _, reason)] = [item for item in told if item[:2] == ("Queue", "CREATE_FAILED")]
    assert reason is not None
    assert reason.startswith('Resource handler returned message: "')
    assert "nowhere does not exist" in reason
    assert reason.endswith("(HandlerErrorCode: InvalidRequest)")
    assert (
        stacks.name,
        "ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [Queue]. Rollback requested by user.",
    ) in told
    assert told[-1][:2] == (stacks.name, "ROLLBACK_COMPLETE")
    # Looking at a stack makes nothing again.
    stacks.client.describe_stack_resources(StackName=stacks.name)
    topics = aws.client("sns").list_topics()["Topics"]
    assert not [item for item in topics if stacks.name in item["TopicArn"]]
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update({"Topic": TOPIC})
    assert stacks.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("option", "status"), [({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED"), ({"DisableRollback": True}, "CREATE_FAILED")]
)
def test_what_failed_may_stay_and_be_rolled_back_later(option: Any, status: str, stacks: Stacks) -> None:
    assert stacks.create({"Topic": TOPIC, "Queue": BROKEN}, **option) == status
    assert set(stacks.ids()) == {"Topic", "Queue"}
    stacks.client.rollback_stack(StackName=stacks.name)
    assert stacks.status() == "ROLLBACK_COMPLETE"


def test_a_stack_that_failed_may_be_deleted_at_once(stacks: Stacks) -> None:
    answer = stacks.client.create_stack(
        StackName=stacks.name,
        TemplateBody=json.dumps({"Resources": {"Topic": TOPIC, "Queue": BROKEN}}),
        OnFailure="DELETE",
    )
    [found] = stacks.client.describe_stacks(StackName=answer["StackId"])["Stacks"]
    assert found["StackStatus"] == "DELETE_COMPLETE"


def test_an_update_that_fails_is_rolled_back(aws: EmbeddedAws, stacks: Stacks) -> None:
    changed = parameter("two")
    stacks.create({"Topic": TOPIC, "Parameter": parameter("one")})
    before = stacks.ids()
    update = {"Topic": {**TOPIC, "Properties": {"TopicName": "another"}}, "Parameter": changed, "Queue": BROKEN}
    assert stacks.update(update) == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.ids() == before
    [value] = aws.client("ssm").get_parameters(Names=[before["Parameter"]])["Parameters"]
    assert value["Value"] == "one"
    assert not [item for item in aws.client("sns").list_topics()["Topics"] if item["TopicArn"].endswith(":another")]
    statuses = [status for name, status, _ in stacks.told() if name == stacks.name]
    assert statuses[-3:] == [
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ]
    assert stacks.update({"Topic": TOPIC, "Parameter": changed}) == "UPDATE_COMPLETE"


def test_a_replacement_comes_first_and_those_that_refer_to_it_follow(aws: EmbeddedAws, stacks: Stacks) -> None:
    def resources(name: str) -> Template:
        return {
            "Topic": {**TOPIC, "Properties": {"TopicName": name}},
            "Parameter": parameter({"Ref": "Topic"}),
        }

    stacks.create(resources("first-name"))
    first = stacks.ids()
    assert stacks.update(resources("second-name")) == "UPDATE_COMPLETE"
    second = stacks.ids()
    assert second["Topic"].endswith(":second-name")
    assert second["Parameter"] == first["Parameter"]
    [value] = aws.client("ssm").get_parameters(Names=[second["Parameter"]])["Parameters"]
    assert value["Value"] == second["Topic"]
    told = [item for item in stacks.told() if item[0] in ("Topic", stacks.name)][4:]
    assert [(name == "Topic", status) for name, status, _ in told] == [
        (False, "UPDATE_IN_PROGRESS"),
        (True, "UPDATE_IN_PROGRESS"),
        (True, "CREATE_IN_PROGRESS"),
        (True, "CREATE_COMPLETE"),
        (True, "UPDATE_COMPLETE"),
        (False, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        (True, "DELETE_IN_PROGRESS"),
        (True, "DELETE_COMPLETE"),
        (False, "UPDATE_COMPLETE"),
    ]


def test_a_resource_with_a_name_of_its_own_is_not_made_twice(stacks: Stacks) -> None:
    def fifo(is_fifo: str) -> Template:
        return {"Topic": {**TOPIC, "Properties": {"TopicName": "taken.fifo", "FifoTopic": is_fifo}}}

    assert stacks.create(fifo("true")) == "CREATE_COMPLETE"
    assert stacks.update(fifo("false")) == "UPDATE_ROLLBACK_COMPLETE"
    message = "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename taken.fifo"
    assert any((reason or "").startswith(message) for _, _, reason in stacks.told())


def test_what_is_to_stay_stays(aws: EmbeddedAws, stacks: Stacks) -> None:
    stays = {**TOPIC, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": {"TopicName": "stays"}}
    stacks.create({"Topic": stays})
    stacks.update({"Topic": {**stays, "Properties": {"TopicName": "stays-too"}}})
    assert ("Topic", "DELETE_SKIPPED", None) in stacks.told()
    assert stacks.delete() == "DELETE_COMPLETE"
    left = {item["TopicArn"].rpartition(":")[2] for item in aws.client("sns").list_topics()["Topics"]}
    assert {"stays", "stays-too"} <= left


def test_what_was_new_does_not_stay_when_it_is_rolled_back(aws: EmbeddedAws, stacks: Stacks) -> None:
    stays = {**TOPIC, "DeletionPolicy": "RetainExceptOnCreate", "Properties": {"TopicName": "new-and-gone"}}
    assert stacks.create({"Topic": stays, "Queue": BROKEN}) == "ROLLBACK_COMPLETE"
    left = {item["TopicArn"].rpartition(":")[2] for item in aws.client("sns").list_topics()["Topics"]}
    assert "new-and-gone" not in left


def test_an_update_without_changes_is_refused_and_one_of_outputs_or_tags_alone_is_not(stacks: Stacks) -> None:
    stacks.create({"Topic": TOPIC})
    with pytest.raises(ClientError) as refused:
        stacks.update({"Topic": TOPIC})
    assert refused.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": "No updates are to be performed.",
    }
    assert stacks.update({"Topic": TOPIC}, sections={"Outputs": {"A": {"Value": "b"}}}) == "UPDATE_COMPLETE"
    assert stacks.update({"Topic": TOPIC}, Tags=[{"Key": "team", "Value": "weather"}]) == "UPDATE_COMPLETE"


def test_the_tags_of_a_stack_are_those_of_its_resources(aws: EmbeddedAws, stacks: Stacks) -> None:
    own = {**TOPIC, "Properties": {"Tags": [{"Key": "team", "Value": "own"}]}}
    tags = [{"Key": "team", "Value": "weather"}, {"Key": "cost", "Value": "42"}]
    stacks.create({"Topic": TOPIC, "Own": own}, Tags=tags)
    ids, sns = stacks.ids(), aws.client("sns")

    def tags_of(name: str) -> dict[str, str]:
        return {item["Key"]: item["Value"] for item in sns.list_tags_for_resource(ResourceArn=ids[name])["Tags"]}

    assert tags_of("Topic") == {"team": "weather", "cost": "42"}
    assert tags_of("Own") == {"team": "own", "cost": "42"}
    stacks.update({"Topic": TOPIC, "Own": own}, Tags=[{"Key": "cost", "Value": "43"}])
    assert (tags_of("Topic"), tags_of("Own")) == ({"cost": "43"}, {"team": "own", "cost": "43"})
    assert stacks.ids() == ids


@pytest.mark.parametrize(
    ("resources", "code", "message"),
    [
        (
            {"T": {**TOPIC, "DependsOn": "U"}, "U": {**TOPIC, "DependsOn": "T"}},
            "ValidationError",
            "Circular dependency",
        ),
        (
            {"T": {"Type": "AWS::SNS::Nothing"}},
            "ValidationError",
            "Unrecognized resource types: \\[AWS::SNS::Nothing\\]",
        ),
        ({"T": {**TOPIC, "Properties": {"Nothing": 1}}}, "ValidationError", "Nothing"),
        ({"T": {**TOPIC, "Condition": "C"}}, "ValidationError", "C"),
    ],
)
def test_what_cannot_be_is_refused_at_the_call_and_leaves_no_stack(
    resources: Template, code: str, message: str, stacks: Stacks
) -> None:
    with pytest.raises(ClientError, match=message) as refused:
        stacks.create(resources)
    assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError, match=f"Stack with id {stacks.name} does not exist"):
        stacks.describe()


def test_capabilities_are_asked_for(stacks: Stacks) -> None:
    named = {**ROLE, "Properties": {**ROLE["Properties"], "RoleName": "named"}}
    for resource, given, wanted in (
        (ROLE, [], "CAPABILITY_IAM"),
        (named, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
    ):
        with pytest.raises(ClientError) as refused:
            stacks.create({"Role": resource}, Capabilities=given)
        assert refused.value.response["Error"]["Code"] == "InsufficientCapabilitiesException"
        assert refused.value.response["Error"]["Message"] == f"Requires capabilities : [{wanted}]"


def test_exports_in_use_are_protected(stacks: Stacks, aws: EmbeddedAws) -> None:
    def exporting(value: str, name: str = "shared") -> Template:
        return {"Outputs": {"A": {"Value": value, "Export": {"Name": name}}}}

    stacks.create({"Topic": TOPIC}, sections=exporting("one"))
    importer = Stacks(aws, f"{stacks.name}-importer")
    assert importer.create({"P": parameter({"Fn::ImportValue": "shared"})}) == "CREATE_COMPLETE"
    assert stacks.update({"Topic": TOPIC}, sections=exporting("two")) == "UPDATE_ROLLBACK_COMPLETE"
    reason = f"Export shared cannot be updated as it is in use by {importer.name}"
    assert (stacks.name, "UPDATE_ROLLBACK_IN_PROGRESS", reason) in stacks.told()
    assert stacks.update({"Topic": TOPIC}, sections=exporting("one", "other")) == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.delete() == "UPDATE_ROLLBACK_COMPLETE"
    importer.delete()
    assert stacks.update({"Topic": TOPIC}, sections=exporting("two")) == "UPDATE_COMPLETE"
    assert stacks.delete() == "DELETE_COMPLETE"


def test_a_broken_stack_breaks_no_other(stacks: Stacks) -> None:
    missing = {
        "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "nil"}}}
    }
    assert stacks.create(missing) == "ROLLBACK_COMPLETE"
    assert ("P", "CREATE_FAILED", "No export named nil found.") in stacks.told()
    names = [item["StackName"] for item in stacks.client.describe_stacks()["Stacks"]]
    assert stacks.name in names


def test_stacks_are_nested_with_their_outputs(aws: EmbeddedAws, stacks: Stacks) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="nested-templates")

    def nested(value: str) -> Template:
        inner = {
            "Parameters": {"Value": {"Type": "String"}},
            "Resources": {
                "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Ref": "Value"}}}
            },
            "Outputs": {"Name": {"Value": {"Ref": "P"}}},
        }
        s3.put_object(Bucket="nested-templates", Key="inner.json", Body=json.dumps(inner).encode())
        properties = {
            "TemplateURL": "https://nested-templates.s3.us-east-1.amazonaws.com/inner.json",
            "Parameters": {"Value": value},
        }
        return {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}}

    outputs = {"Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Inner", "Outputs.Name"]}}}}
    assert stacks.create(nested("one"), sections=outputs) == "CREATE_COMPLETE"
    [name] = [item["OutputValue"] for item in stacks.describe()["Outputs"]]
    ssm = aws.client("ssm")
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "one"
    assert stacks.update(nested("two"), sections=outputs) == "UPDATE_COMPLETE"
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "two"
    inner = stacks.ids()["Inner"]
    [described] = stacks.client.describe_stacks(StackName=inner)["Stacks"]
    assert (described["ParentId"], described["RootId"]) == (stacks.describe()["StackId"],) * 2
    failing = {**nested("three"), "Topic": TOPIC, "Queue": {**BROKEN, "DependsOn": ["Topic", "Inner"]}}
    assert stacks.update(failing, sections=outputs) == "UPDATE_ROLLBACK_COMPLETE"
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "two"
    assert stacks.delete() == "DELETE_COMPLETE"
    [described] = stacks.client.describe_stacks(StackName=inner)["Stacks"]
    assert described["StackStatus"] == "DELETE_COMPLETE"


def test_a_nested_stack_that_fails_says_why(aws: EmbeddedAws, stacks: Stacks) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="broken-templates")
    body = json.dumps({"Resources": {"Topic": TOPIC, "Queue": BROKEN}})
    s3.put_object(Bucket="broken-templates", Key="inner.json", Body=body.encode())
    properties = {"TemplateURL": "https://s3.amazonaws.com/broken-templates/inner.json"}
    assert (
        stacks.create({"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}})
        == "ROLLBACK_COMPLETE"
    )
    [reason] = [reason for name, status, reason in stacks.told() if (name, status) == ("Inner", "CREATE_FAILED")]
    assert reason is not None
    assert reason.startswith("Embedded stack arn:aws:cloudformation:us-east-1:123456789012:stack/")
    assert "The following resource(s) failed to create: [Queue]." in reason


def test_a_change_set_shows_what_an_update_does(stacks: Stacks) -> None:
    stacks.create({"Topic": {**TOPIC, "Properties": {"TopicName": "shown"}}, "Gone": TOPIC})
    named = {"StackName": stacks.name, "ChangeSetName": "change"}
    changed = {
        "Topic": {**TOPIC, "Properties": {"TopicName": "shown-anew"}},
        "Added": parameter({"Ref": "Topic"}),
    }
    stacks.client.create_change_set(**named, TemplateBody=json.dumps({"Resources": changed}))
    described = stacks.client.describe_change_set(**named)
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    changes = [item["ResourceChange"] for item in described["Changes"]]
    assert [(item["Action"], item["LogicalResourceId"], item.get("Replacement")) for item in changes] == [
        ("Modify", "Topic", "True"),
        ("Add", "Added", None),
        ("Remove", "Gone", None),
    ]
    [detail] = changes[0]["Details"]
    assert detail["Target"] == {"Attribute": "Properties", "Name": "TopicName", "RequiresRecreation": "Always"}
    assert (detail["ChangeSource"], detail["Evaluation"]) == ("DirectModification", "Static")
    assert stacks.client.list_change_sets(StackName=stacks.name)["Summaries"][0]["ChangeSetName"] == "change"
    stacks.client.execute_change_set(**named)
    assert stacks.status() == "UPDATE_COMPLETE"
    assert set(stacks.ids()) == {"Topic", "Added"}


def test_a_change_set_without_changes_fails(stacks: Stacks) -> None:
    stacks.create({"Topic": TOPIC})
    named = {"StackName": stacks.name, "ChangeSetName": "change"}
    stacks.client.create_change_set(**named, TemplateBody=json.dumps({"Resources": {"Topic": TOPIC}}))
    described = stacks.client.describe_change_set(**named)
    assert described["Status"] == "FAILED"
    assert described["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(ClientError, match="cannot be executed in its current status of"):
        stacks.client.execute_change_set(**named)


def test_parameters_that_are_secret_are_not_told(stacks: Stacks) -> None:
    sections = {"Parameters": {"Password": {"Type": "String", "NoEcho": True}, "Plain": {"Type": "String"}}}
    given = [{"ParameterKey": name, "ParameterValue": name.lower()} for name in ("Password", "Plain")]
    stacks.create({"Topic": TOPIC}, sections=sections, Parameters=given)
    told = {item["ParameterKey"]: item["ParameterValue"] for item in stacks.describe()["Parameters"]}
    assert told == {"Password": "****", "Plain": "plain"}


def test_a_stack_may_be_protected(stacks: Stacks) -> None:
    stacks.create({"Topic": TOPIC}, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection is enabled"):
        stacks.delete()
    stacks.client.update_termination_protection(StackName=stacks.name, EnableTerminationProtection=False)
    assert stacks.delete() == "DELETE_COMPLETE"


def test_a_template_tells_what_it_asks_for(stacks: Stacks) -> None:
    template = {
        "Parameters": {"P": {"Type": "String", "Default": "d"}},
        "Resources": {"Role": ROLE},
        "Description": "D",
    }
    answer = stacks.client.validate_template(TemplateBody=json.dumps(template))
    assert answer["Parameters"] == [{"ParameterKey": "P", "DefaultValue": "d", "NoEcho": False}]
    assert (answer["Description"], answer["Capabilities"]) == ("D", ["CAPABILITY_IAM"])
    summary = stacks.client.get_template_summary(TemplateBody=json.dumps(template))
    assert summary["ResourceTypes"] == ["AWS::IAM::Role"]
    stacks.create({"Topic": TOPIC})
    body = stacks.client.get_template(StackName=stacks.name)
    assert body["TemplateBody"] == {"Resources": {"Topic": TOPIC}}
    assert body["StagesAvailable"] == ["Original", "Processed"]
    with pytest.raises(ClientError, match="At least one Resources member must be defined"):
        stacks.client.validate_template(TemplateBody="{}")
