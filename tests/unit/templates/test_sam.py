import sys

import pytest

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.reading import read
from constructs_lib.templates.sam import translated
from constructs_lib.templates.validation import validate

FUNCTION = """
Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]
Globals: {Function: {Timeout: 7}}
Parameters: {Python: {Type: String, Default: python3.13}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      {Handler: index.h, Runtime: !Ref Python, InlineCode: "def h(e, c): return 1", Policies: AmazonSQSReadOnlyAccess}
"""


@pytest.mark.parametrize(("region", "partition"), [("eu-central-1", "aws"), ("cn-north-1", "aws-cn")])
def test_a_function_of_sam_is_a_function_with_a_role(region: str, partition: str) -> None:
    found = translated(read(FUNCTION), {"Python": "python3.13"}, region)
    function, role = found["Resources"]["F"], found["Resources"]["FRole"]
    assert (function["Type"], function["Properties"]["Timeout"]) == ("AWS::Lambda::Function", 7)
    assert role["Properties"]["ManagedPolicyArns"] == [
        f"arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        f"arn:{partition}:iam::aws:policy/AmazonSQSReadOnlyAccess",
    ]
    assert found.pop("Transform") == ["AWS::LanguageExtensions"]
    assert "Globals" not in found
    validate(found)


def test_what_is_no_sam_template_is_refused_in_its_words() -> None:
    with pytest.raises(TemplateError, match=r"Transform AWS::Serverless-2016-10-31 failed with: .*Resource with id"):
        translated(read(FUNCTION.replace("Handler: index.h, ", "")), {}, "us-east-1")


def test_without_the_library_one_is_told_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "samtranslator.parser.parser", None)
    with pytest.raises(TemplateError, match=r"aws-sam-translator is not installed here. Run `pip install"):
        translated(read(FUNCTION), {}, "us-east-1")


APPLICATION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  A: {Type: AWS::Serverless::Application, Properties: {Location: %s}}
"""


def test_an_application_by_its_url_is_a_nested_stack() -> None:
    found = translated(read(APPLICATION % "https://bucket.s3.amazonaws.com/a.yaml"), {}, "us-east-1")
    assert found["Resources"]["A"]["Type"] == "AWS::CloudFormation::Stack"


def test_nobody_is_asked_for_an_application_of_a_repository() -> None:
    location = "{ApplicationId: 'arn:aws:serverlessrepo:us-east-1:1:applications/a', SemanticVersion: 1.0.0}"
    with pytest.raises(TemplateError, match=r"Resource with id \[A\] is invalid. There is no Serverless Application"):
        translated(read(APPLICATION % location), {}, "us-east-1")


@pytest.mark.parametrize("resources", ["{A: 1}", "[A]", "{A: {Type: AWS::Serverless::Function, Properties: [1]}}"])
def test_what_the_library_does_not_foresee_is_refused_too(resources: str) -> None:
    with pytest.raises(TemplateError, match=r"^Transform AWS::Serverless-2016-10-31 failed with: "):
        translated(read(f"Transform: AWS::Serverless-2016-10-31\nResources: {resources}\n"), {}, "us-east-1")
