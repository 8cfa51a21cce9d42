"""Templates that would run Python, or fill the memory, if YAML were read as moto reads it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

CALLS: dict[str, Callable[[Any, str], Any]] = {
    "CreateStack": lambda client, body: client.create_stack(StackName="new", TemplateBody=body),
    "UpdateStack": lambda client, body: client.update_stack(StackName="there", TemplateBody=body),
    "CreateChangeSet": lambda client, body: client.create_change_set(
        StackName="new", ChangeSetName="change", ChangeSetType="CREATE", TemplateBody=body
    ),
    "GetTemplateSummary": lambda client, body: client.get_template_summary(TemplateBody=body),
    "ValidateTemplate": lambda client, body: client.validate_template(TemplateBody=body),
}
TAGS = ("object/apply:os.mkdir", "object/new:os.mkdir", "object/apply:pathlib.Path.mkdir")
BOMB = "A: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name.lower()} [{', '.join(['*' + before] * 9)}]"
    for before, name in zip("abcdefgh", "BCDEFGHI", strict=True)
)


@pytest.fixture(scope="module")
def cloudformation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as aws:
        client = aws.client("cloudformation")
        client.create_stack(StackName="there", TemplateBody="Resources: {A: {Type: AWS::SNS::Topic}}")
        yield client


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("call", CALLS)
def test_no_template_calls_python(
    call: str, tag: str, cloudformation: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "made"
    argument = f"!!python/object/new:pathlib.PosixPath ['{made}']" if "Path" in tag else str(made)
    body = f"Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Metadata: !!python/{tag} [{argument}]\n"
    with pytest.raises(ClientError) as refused:
        CALLS[call](cloudformation, body)
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"] == "Template format error: YAML not well-formed. (line 4, column 15)"
    assert list(tmp_path.iterdir()) == [], "nothing was called, and nothing written"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (BOMB, "Template error: YAML aliases are not allowed in CloudFormation templates"),
        ('{"A":' * 50_000, "Template format error: nested too deeply"),
        ("[" * 5_000, "Template format error: nested too deeply"),
    ],
    ids=["aliases", "objects", "lists"],
)
def test_no_template_fills_the_memory(call: str, body: str, message: str, cloudformation: Any) -> None:
    with pytest.raises(ClientError) as refused:
        CALLS[call](cloudformation, body)
    assert refused.value.response["Error"]["Message"] == message
