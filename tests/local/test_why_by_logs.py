"""What a job wrote last tells `why` it failed: programs that really run, and write their logs."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.ops import Account, Cause, Explanation, why
from tests.local.small_jobs import SmallJobs

pytestmark = pytest.mark.local

Failed = Callable[..., Explanation]


@pytest.fixture(scope="module")
def failed(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Failed:
    """What is said of a command that failed."""
    small = SmallJobs(aws, Path(tmp_path_factory.mktemp("small")))
    session = boto3.Session(aws.keys.access_key, aws.keys.secret_key, region_name=aws.location.region)
    account = Account(session, aws.endpoint_url)

    def failed_(*command: str, **container: str) -> Explanation:
        job = small.start(*command, **container)
        small.wait(job)
        return why(account, job)

    return failed_


def test_an_exit_code_comes_with_the_last_lines(failed: Failed) -> None:
    found = failed("sh", "-c", "for each in 1 2 3 4 5 6 7; do echo tile $each; done; exit 3")
    assert found.cause is Cause.EXIT_CODE
    assert found.evidence == ("exit code 3", *(f"log: tile {number}" for number in range(3, 8)))


PUT = "import boto3; boto3.client('s3').put_object(Bucket='results', Key='1', Body=b'')"


def test_a_job_without_a_role_has_no_credentials(failed: Failed) -> None:
    found = failed(sys.executable, "-c", PUT)
    assert found.cause is Cause.DENIED
    assert found.sentence.endswith(" has no job role.")


def test_a_right_that_the_job_role_lacks_is_told_with_its_statement(aws: EmbeddedAws, failed: Failed) -> None:
    aws.client("s3").create_bucket(Bucket="results")
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    found = failed(sys.executable, "-c", PUT, jobRoleArn=role)
    assert found.cause is Cause.DENIED
    assert found.sentence.startswith("Role worker may not do s3:PutObject on ")
    assert json.loads(found.fixes[0].statement or "")["Action"] == "s3:PutObject"


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("exec /usr/bin/render: exec format error", Cause.ARCHITECTURE),
        ("OSError: [Errno 28] No space left on device", Cause.DISK_FULL),
        ("botocore.exceptions.NoCredentialsError: Unable to locate credentials", Cause.DENIED),
    ],
)
def test_what_programs_say_themselves(failed: Failed, line: str, cause: Cause) -> None:
    found = failed("sh", "-c", f"echo '{line}'; exit 1")
    assert found.cause is cause
    assert f"log: {line}" in found.evidence
