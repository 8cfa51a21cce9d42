"""Who submits what to which queue, wherever that is written, and what of it is not known."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import read_template
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.submits import Submit

RUN = {
    "Type": "Task",
    "Resource": "arn:aws:states:::batch:submitJob.sync",
    "Parameters": {"JobName": "run", "JobQueue": "${Queue}", "JobDefinition": "${Job}"},
    "End": True,
}
TEXT = json.dumps({"StartAt": "Run", "States": {"Run": RUN}})


def pipelines(folder: Path, parameters: tuple[str, ...] = (), **resources: Any) -> Pipelines:
    """A queue and a definition of 2 vCPUs, with other resources."""
    container = {"Image": "busybox", "ResourceRequirements": [{"Type": "VCPU", "Value": "2"}]}
    own = {
        "Queue": {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1, "JobQueueName": "charts"}},
        "Job": {
            "Type": "AWS::Batch::JobDefinition",
            "Properties": {"JobDefinitionName": "chart", "Type": "container", "ContainerProperties": container},
        },
    }
    template = {
        "Parameters": {name: {"Type": "String", "Default": "charts"} for name in parameters},
        "Conditions": {"Unclear": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
        "Resources": {**own, **resources},
    }
    path = folder / "template.json"
    path.write_text(json.dumps(template))
    return Pipelines([read_template(path)])


def machine(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


def only(found: Pipelines) -> Submit:
    [submit] = found.submits
    return submit


@pytest.mark.parametrize(
    "definition",
    [
        {"DefinitionString": {"Fn::Sub": TEXT}},
        {
            "DefinitionString": TEXT.replace("${Queue}", "${Where}").replace("${Job}", "${What}"),
            "DefinitionSubstitutions": {"Where": {"Ref": "Queue"}, "What": {"Fn::GetAtt": ["Job", "JobDefinitionArn"]}},
        },
        {
            "DefinitionString": {
                "Fn::Join": [
                    "",
                    [
                        *TEXT.partition("${Queue}")[:1],
                        {"Ref": "Queue"},
                        TEXT.partition("${Queue}")[2].partition("${Job}")[0],
                        {"Ref": "Job"},
                        TEXT.partition("${Job}")[2],
                    ],
                ]
            }
        },
        {"DefinitionString": TEXT.replace("${Queue}", "charts").replace("${Job}", "chart:7")},
        {
            "DefinitionString": TEXT.replace(
                "${Queue}", "arn:aws:batch:eu-west-1:123456789012:job-queue/charts"
            ).replace("${Job}", "arn:aws:batch:eu-west-1:123456789012:job-definition/chart")
        },
    ],
    ids=["Fn::Sub", "substitutions", "Fn::Join", "names", "ARNs"],
)
def test_queue_and_definition_of_a_state_are_found_wherever_they_are_written(
    tmp_path: Path, definition: dict[str, Any]
) -> None:
    submit = only(pipelines(tmp_path, Machine=machine(**definition)))
    assert submit.queue is not None
    assert submit.definition is not None
    assert (submit.queue.shown, submit.definition.shown) == ("Queue", "Job")
    assert submit.shown == "state 'Run' of Machine"
    assert submit.demand.vcpus == 2


def test_states_within_maps_and_branches_submit_too(tmp_path: Path) -> None:
    inner = {"StartAt": "Run", "States": {"Run": RUN}}
    states = {
        "Each": {"Type": "Map", "ItemProcessor": inner, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [inner], "End": True},
    }
    text = json.dumps({"StartAt": "Each", "States": states})
    found = pipelines(tmp_path, Machine=machine(DefinitionString={"Fn::Sub": text}))
    assert [submit.path[1:4] for submit in found.submits] == [
        ("States", "Each", "ItemProcessor"),
        ("States", "Both", "Branches"),
    ]


@pytest.mark.parametrize(
    ("language", "arguments"),
    [
        ("JSONPath", {"JobQueue.$": "$.queue", "JobDefinition": "chart", "ContainerOverrides.$": "$.overrides"}),
        ("JSONata", {"JobQueue": "{% $queue %}", "JobDefinition": "chart", "ContainerOverrides": "{% $overrides %}"}),
    ],
)
def test_what_an_execution_computes_is_not_known(tmp_path: Path, language: str, arguments: dict[str, str]) -> None:
    field = "Parameters" if language == "JSONPath" else "Arguments"
    run = {"Type": "Task", "QueryLanguage": language, "Resource": RUN["Resource"], field: arguments, "End": True}
    text = json.dumps({"StartAt": "Run", "States": {"Run": run}})
    submit = only(pipelines(tmp_path, Machine=machine(DefinitionString=text)))
    assert submit.definition is not None
    assert submit.queue is None
    assert submit.demand.vcpus is None


@pytest.mark.parametrize(
    "queue", [{"Ref": "Name"}, {"Fn::If": ["Unclear", {"Ref": "Queue"}, "another"]}], ids=["parameter", "Fn::If"]
)
def test_a_parameter_is_not_known_whatever_its_default_is_and_a_choice_neither(tmp_path: Path, queue: Any) -> None:
    run = {**RUN, "Parameters": {"JobName": "run", "JobQueue": queue, "JobDefinition": {"Ref": "Job"}}}
    definition = {"StartAt": "Run", "States": {"Run": run}}
    submit = only(pipelines(tmp_path, ("Name",), Machine=machine(Definition=definition)))
    assert submit.definition is not None
    assert submit.queue is None


def test_schedules_rules_and_pipes_submit_too(tmp_path: Path) -> None:
    request = '{"JobName": "run", "JobQueue": "${Queue}", "JobDefinition": "${Job}"}'
    schedule = {"Arn": "arn:aws:scheduler:::aws-sdk:batch:submitJob", "Input": {"Fn::Sub": request}}
    parameters = {"JobName": "run", "JobDefinition": {"Ref": "Job"}}
    found = pipelines(
        tmp_path,
        Schedule={"Type": "AWS::Scheduler::Schedule", "Properties": {"Target": schedule}},
        Rule={
            "Type": "AWS::Events::Rule",
            "Properties": {"Targets": [{"Id": "Job", "Arn": {"Ref": "Queue"}, "BatchParameters": parameters}]},
        },
        Pipe={
            "Type": "AWS::Pipes::Pipe",
            "Properties": {"Target": {"Ref": "Queue"}, "TargetParameters": {"BatchJobParameters": parameters}},
        },
    )
    assert sorted(submit.shown for submit in found.submits) == ["Pipe", "Rule", "Schedule"]
    assert {submit.queue.shown for submit in found.submits if submit.queue} == {"Queue"}
    assert {submit.definition.shown for submit in found.submits if submit.definition} == {"Job"}


def test_a_serverless_template_has_its_definition_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "machine.asl.json").write_text(TEXT)
    substitutions = {"Queue": {"Ref": "Queue"}, "Job": {"Ref": "Job"}}
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Queue": {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1}},
            "Job": {"Type": "AWS::Batch::JobDefinition", "Properties": {"Type": "container"}},
            "Code": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"CodeUri": "src/", "Handler": "index.handler", "Runtime": "python3.13"},
            },
            "Machine": {
                "Type": "AWS::Serverless::StateMachine",
                "Properties": {"DefinitionUri": "machine.asl.json", "DefinitionSubstitutions": substitutions},
            },
        },
    }
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    submit = only(Pipelines([read_template(path)]))
    assert submit.queue is not None
    assert submit.definition is not None
    assert (submit.queue.shown, submit.definition.shown) == ("Queue", "Job")


def test_what_an_application_of_a_serverless_template_hands_on_is_followed(tmp_path: Path) -> None:
    inner = {
        "Resources": {"Queue": {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1}}},
        "Outputs": {"Queue": {"Value": {"Ref": "Queue"}}},
    }
    outer = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Batch": {"Type": "AWS::Serverless::Application", "Properties": {"Location": "./batch.json"}},
            "Job": {"Type": "AWS::Batch::JobDefinition", "Properties": {"Type": "container"}},
            "Machine": {
                "Type": "AWS::Serverless::StateMachine",
                "Properties": {
                    "Definition": {"StartAt": "Run", "States": {"Run": RUN}},
                    "DefinitionSubstitutions": {
                        "Queue": {"Fn::GetAtt": ["Batch", "Outputs.Queue"]},
                        "Job": {"Ref": "Job"},
                    },
                },
            },
        },
    }
    (tmp_path / "batch.json").write_text(json.dumps(inner))
    path = tmp_path / "template.json"
    path.write_text(json.dumps(outer))
    submit = only(Pipelines([read_template(path)]))
    assert submit.queue is not None
    assert submit.queue.resource.stack.file.path == tmp_path / "batch.json"
    (tmp_path / "batch.json").unlink()
    with pytest.raises(CheckError, match=r"template\.json: .*Batch: the template of the nested stack is missing"):
        read_template(path)


# As public templates have them, which deploy.
SERVERLESS = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {MemorySize: 256}}
Resources:
"""
RUNTIME = "Runtime: python3.13, Handler: index.handler"
DEPLOY = {
    "code that sam build finds": SERVERLESS + f"  Code: {{Type: AWS::Serverless::Function, Properties: {{{RUNTIME}}}}}",
    "an image that sam build builds": SERVERLESS
    + "  Code: {Type: AWS::Serverless::Function, Properties: {PackageType: Image}}",
    "an application of a repository": SERVERLESS
    + f"""
  Layer:
    Type: AWS::Serverless::Application
    Properties:
      Location: {{ApplicationId: 'arn:aws:serverlessrepo:eu-west-1:123456789012:a', SemanticVersion: 1.0.0}}
  Code:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: src/, {RUNTIME}, Layers: [!GetAtt Layer.Outputs.LayerArn]}}
""",
    "a loop": """
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics:
    - Name
    - [One, Two]
    - Topic${Name}: {Type: AWS::SNS::Topic}
""",
    "a circle that the transform opens": SERVERLESS
    + """
  Api:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: 'type Query { start: String }'
      Auth: {Type: AWS_IAM}
      DataSources:
        DynamoDb: {Items: {TableName: !Ref Table, TableArn: !GetAtt Table.Arn}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Sub '${Api.ApiId}'}
""",
}


@pytest.mark.parametrize("name", DEPLOY)
def test_what_deploys_can_be_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(DEPLOY[name])
    assert Pipelines([read_template(path)]).submits == []


def test_references_in_a_circle_are_told_after_the_transforms(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        """
Transform: AWS::LanguageExtensions
Resources:
  One: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt Two.TopicName}}
  Two: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt One.TopicName}}
"""
    )
    with pytest.raises(CheckError, match=r"Circular dependency between resources: \[One, Two\]"):
        Pipelines([read_template(path)])
