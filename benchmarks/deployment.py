"""Deploying the demo stack into the embedded AWS, against moto's CloudFormation with what moto has of the template."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Row, paired
from constructs_lib.local.assembly import Stack
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.synthesis import synthesize

STACK = "WeatherStack"
OURS = ("AWS::Batch::", "AWS::StepFunctions::")


def rows(runs: int = 5) -> list[Row]:
    """From the call to CREATE_COMPLETE, each time in an account that is new; the synth is not counted."""
    with tempfile.TemporaryDirectory() as directory:
        stack = synthesize(Path(directory), directory=ROOT).stack(STACK)
        without = json.dumps(_without_ours(stack.template))
        ours, baseline = paired(lambda: _deploy(stack), lambda: _create(without), runs)
    return [Row(f"deployment of {STACK}", ours, "moto's part of the template", baseline, goal=1.5)]


def _deploy(stack: Stack) -> float:
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        started = time.perf_counter()
        aws.deploy(stack)
        return time.perf_counter() - started


def _create(template: str) -> float:
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        client = aws.client("cloudformation")
        aws.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="100", Type="String")
        started = time.perf_counter()
        client.create_stack(StackName=STACK, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
        assert client.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
        return time.perf_counter() - started


def _without_ours(template: dict[str, Any]) -> dict[str, Any]:
    """The resources that moto makes by itself, as long as they refer to no other."""
    kept = {name: resource for name, resource in template["Resources"].items() if not resource["Type"].startswith(OURS)}
    while missing := {name for name, resource in kept.items() if _references(resource) - kept.keys() - _ALWAYS}:
        kept = {name: resource for name, resource in kept.items() if name not in missing}
    parameters = template.get("Parameters", {})
    return {"Parameters": parameters, "Resources": kept}


_ALWAYS = {"BootstrapVersion", "AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackName"}


def _references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {name for item in value for name in _references(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["Ref"]} if isinstance(value.get("Ref"), str) else set()
    attribute = value.get("Fn::GetAtt")
    own |= {attribute[0]} if isinstance(attribute, list) else set()
    own |= set(value["DependsOn"] if isinstance(value.get("DependsOn"), list) else [])
    return own | {name for item in value.values() for name in _references(item)}
