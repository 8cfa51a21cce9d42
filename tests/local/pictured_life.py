"""The life of an embedded AWS, with a picture of the libraries before and after each part; prints the differences.

Run as ``python -m tests.local.pictured_life MODULES DIRECTORY``, with a file that names the modules of other libraries
that an embedded AWS imports: they are there before the first picture.
"""

import contextlib
import gc
import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.local.pictures import LIBRARIES, differences, picture

if TYPE_CHECKING:
    from constructs_lib.local.aws import EmbeddedAws

TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
}
MACHINE = {
    "QueryLanguage": "JSONata",
    "StartAt": "Map",
    "States": {
        "Map": {
            "Type": "Map",
            "Items": "{% [1, 2] %}",
            "ItemProcessor": {"StartAt": "Double", "States": {"Double": {"Type": "Pass", "End": True}}},
            "Output": "{% $string($states.result) %}",
            "Next": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": 3600, "End": True},
    },
}


def main(modules: Path, directory: Path) -> None:
    """Live, and tell what is different after each part of it."""
    gc.disable()  # there are hundreds of thousands of objects to look at
    for name in json.loads(modules.read_text()):
        if name.partition(".")[0] in LIBRARIES:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    _use_plain_moto()
    before = picture()
    from constructs_lib.local.aws import EmbeddedAws  # noqa: PLC0415 - its import is a part of the life
    from constructs_lib.local.patching import MovedError  # noqa: PLC0415 - as above
    from constructs_lib.local.server import Server  # noqa: PLC0415 - as above
    from constructs_lib.local.states import load  # noqa: PLC0415 - as above

    load()
    found = {"imported": differences(before, picture())}
    with EmbeddedAws(directory / "1") as aws:
        found["while it is open"] = differences(before, picture())
        use(aws)
    found["open and closed"] = differences(before, picture())
    with EmbeddedAws(directory / "2", iam=False) as aws:
        use(aws)
    found["another one"] = differences(before, picture())

    with patch.object(Server, "start", _fail), contextlib.suppress(OSError), EmbeddedAws(directory / "3"):
        sys.exit("it started")
    found["one that fails to start"] = differences(before, picture())

    from moto.stepfunctions.responses import StepFunctionResponse  # noqa: PLC0415 - after the first picture

    renamed = StepFunctionResponse.describe_execution
    del StepFunctionResponse.describe_execution
    with contextlib.suppress(MovedError), EmbeddedAws(directory / "4"):
        sys.exit("it started with an attribute that is not there")
    StepFunctionResponse.describe_execution = renamed
    found["a failing patch"] = differences(before, picture())
    print(json.dumps(found))  # noqa: T201 - what it is run for


def _fail(_: object) -> None:
    raise OSError("the port cannot be had")


def _use_plain_moto() -> None:
    """Let moto fill what it fills at its first use."""
    import boto3  # noqa: PLC0415 - after the modules
    from moto import mock_aws  # noqa: PLC0415 - as above

    with mock_aws():
        boto3.client("s3", "us-east-1").list_buckets()


def use(aws: "EmbeddedAws") -> None:
    """Run a state machine that still waits when the embedded AWS closes, and ask each service something."""
    machines = aws.client("stepfunctions")
    role = aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    arn = machines.create_state_machine(name="m", definition=json.dumps(MACHINE), roleArn=role)["stateMachineArn"]
    machines.start_execution(stateMachineArn=arn)
    aws.client("s3").create_bucket(Bucket="bucket")
    aws.client("logs").create_log_group(logGroupName="g")
    aws.client("logs").create_log_stream(logGroupName="g", logStreamName="s")
    aws.client("sts").get_caller_identity()
    aws.client("sqs").create_queue(QueueName="q")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
