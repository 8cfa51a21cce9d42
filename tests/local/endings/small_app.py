"""An app that needs no CDK: a cloud assembly of one stack, and the jobs that its state machine submits.

Each item of the list is a job, and what it is called is what it does: see `JOB`. Afterwards the state machine writes a
result for each item, as the workers of a fan-out do.

As a program it is slow on purpose: it starts processes that ignore SIGTERM, in sessions of their own, leaves a folder
in the directory for temporary files, and writes its assembly then. It is what jsii, Node and Docker are to an app.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

STACK = "Small"
_STUBBORN = "trap 'touch told-to-stop' TERM; trap '' INT HUP; while :; do sleep 0.05; done"
JOB = f"""
echo "running-$1"
case $1 in
  quick) echo done;;
  sleep) sleep 300;;
  stubborn) {_STUBBORN};;
  daemon) setsid sh -c "{_STUBBORN}" > /dev/null 2>&1 & sleep 300;;
  orphan) (setsid env -i sh -c "{_STUBBORN}" > /dev/null 2>&1 &) ; sleep 300;;
esac
"""
FUNCTION = f"""
import os, subprocess, time
def handler(event, context):
    os.chdir(os.environ["TMPDIR"])
    subprocess.Popen(["setsid", "sh", "-c", {_STUBBORN!r}])
    print("running-function", flush=True)
    time.sleep(300)
"""
KINDS = ("sleep", "stubborn", "daemon", "orphan", "function")
"""The items whose jobs do not end by themselves; the last is a function."""


def _machine() -> dict[str, Any]:
    job = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {
            "JobName": "Job",
            "JobQueue": "${Queue}",
            "JobDefinition": "${Definition}",
            "Parameters": {"item": "{% $states.input %}"},
        },
        "End": True,
    }
    function = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "${Function}"},
        "End": True,
    }
    is_function = {"Condition": "{% $states.input = 'function' %}", "Next": "Function"}
    choice = {"Type": "Choice", "Choices": [is_function], "Default": "Job"}
    result = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:putObject",
        "Arguments": {
            "Bucket": "${Results}",
            "Key": "{% 'run/' & $string($states.input.index) & '.json' %}",
            "Body": {"got": "{% $states.input.item %}"},
        },
        "End": True,
    }
    numbered = "{% [$map($states.input.items, function($item, $index) { {'item': $item, 'index': $index} })] %}"
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Jobs",
        "States": {
            "Jobs": {
                "Type": "Map",
                "Items": "{% $states.input.items %}",
                "ItemProcessor": {
                    "StartAt": "Which",
                    "States": {"Which": choice, "Job": job, "Function": function},
                },
                "Output": "{% $states.context.Execution.Input %}",
                "Next": "Results",
            },
            "Results": {
                "Type": "Map",
                "Items": numbered,
                "ItemProcessor": {"StartAt": "Result", "States": {"Result": result}},
                "Output": {"resultsUri": "s3://${Results}/run"},
                "End": True,
            },
        },
    }


def _role(service: str) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    right = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [right]}}],
        },
    }


def _template() -> dict[str, Any]:
    compute = {"Type": "FARGATE", "MaxvCpus": 64, "Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    container = {
        "Image": "public.ecr.aws/docker/library/busybox:1.37",
        "Command": ["sh", "-c", JOB, "job", "Ref::item"],
        "ExecutionRoleArn": {"Fn::GetAtt": ["Tasks", "Arn"]},
        "ResourceRequirements": [{"Type": "VCPU", "Value": "0.25"}, {"Type": "MEMORY", "Value": "512"}],
    }
    return {
        "Resources": {
            "States": _role("states.amazonaws.com"),
            "Tasks": _role("ecs-tasks.amazonaws.com"),
            "Functions": _role("lambda.amazonaws.com"),
            "Results": {"Type": "AWS::S3::Bucket"},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.12",
                    "Handler": "index.handler",
                    "Role": {"Fn::GetAtt": ["Functions", "Arn"]},
                    "Timeout": 600,
                    "Code": {"ZipFile": FUNCTION},
                },
            },
            "Environment": {
                "Type": "AWS::Batch::ComputeEnvironment",
                "Properties": {"Type": "managed", "ComputeResources": compute},
            },
            "Queue": {
                "Type": "AWS::Batch::JobQueue",
                "Properties": {
                    "Priority": 1,
                    "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": {"Ref": "Environment"}}],
                },
            },
            "Definition": {
                "Type": "AWS::Batch::JobDefinition",
                "Properties": {
                    "Type": "container",
                    "PlatformCapabilities": ["FARGATE"],
                    "ContainerProperties": container,
                    "Parameters": {"item": "quick"},
                },
            },
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": "Machine",
                    "RoleArn": {"Fn::GetAtt": ["States", "Arn"]},
                    "DefinitionString": {"Fn::Sub": json.dumps(_machine())},
                },
            },
        }
    }


def write_assembly(directory: Path) -> Path:
    """Write the cloud assembly."""
    directory.mkdir(parents=True, exist_ok=True)
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "template.json"}}
    (directory / "template.json").write_text(json.dumps(_template()))
    (directory / "manifest.json").write_text(json.dumps({"artifacts": {STACK: stack}}))
    return directory


if __name__ == "__main__":
    tempfile.mkdtemp(prefix="jsii-kernel-")
    for _ in range(2):
        subprocess.Popen(["sh", "-c", _STUBBORN, "app", sys.argv[1]], start_new_session=True)
    with subprocess.Popen(["sleep", sys.argv[2]]) as slow:
        slow.wait()
    write_assembly(Path(os.environ["CDK_OUTDIR"]))
