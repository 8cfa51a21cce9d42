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
