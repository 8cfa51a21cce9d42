"""What a stack imports and its account here has not is made on demand, with its id, and told once."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import Assembly, load
from constructs_lib.local.apps.deployment import Deployment, DeploymentError
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from tests.conftest import Once

pytestmark = pytest.mark.local

FRANKFURT = Location("123456789012", "eu-central-1")
DIGITS = {"Lookup": "1111aaa", "Attributes": "2222bbb"}
ATTRIBUTES = {
    "VPC vpc-0aaa1111bbbb2222c",
    "subnet subnet-0aaa1111",
    "subnet subnet-0bbb2222",
    "route table rtb-0aaa1111",
    "route table rtb-0bbb2222",
}
EACH = pytest.mark.parametrize("name", DIGITS)


@pytest.fixture(scope="module")
def assembly(once: Once) -> Assembly:
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'importing_pipelines.py'}"
    return load(once("importing_pipelines.out", lambda output: synthesize(output, app, here.parents[1])))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


@pytest.fixture(scope="module")
def deployments(aws: EmbeddedAws, assembly: Assembly) -> dict[str, Deployment]:
    return {name: aws.deploy(assembly.stack(name)) for name in DIGITS}


@EACH
def test_all_that_is_not_there_is_made_and_told(deployments: dict[str, Deployment], name: str) -> None:
    made = set(deployments[name].made)
    networks = {item for item in made if item.startswith(("VPC", "subnet", "route table"))}
    if name == "Attributes":
        assert networks == ATTRIBUTES
    else:  # the ids of what was looked up are made up
        assert sorted(re.sub("-[0-9a-f]{17}$", "", item) for item in networks) == ["VPC vpc", *["subnet subnet"] * 2]
    assert made - networks == {
        f"security group sg-0{DIGITS[name]}",
        f"file system fs-0{DIGITS[name]}",
        f"role {name}-worker",
        f"log group /shared/{name}",
        f"bucket results-of-{name.lower()}",
        f"topic {name}-done",
    }


@EACH
def test_a_pipeline_runs_among_it(aws: EmbeddedAws, deployments: dict[str, Deployment], name: str) -> None:
    outcome = Execution(aws, deployments[name].state_machine(), {"items": ["a", "b"]}).wait(timeout=60)
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {0: {"index": 0, "item": "a"}, 1: {"index": 1, "item": "b"}}
    listed = aws.client("s3", FRANKFURT).list_objects_v2(Bucket=f"results-of-{name.lower()}")
    assert listed["KeyCount"]
    streams = aws.client("logs", FRANKFURT).describe_log_streams(logGroupName=f"/shared/{name}")["logStreams"]
    assert len(streams) == 2
    assert aws.iam.denials == []


@EACH
def test_a_network_is_one_with_the_ids_of_the_template(
    aws: EmbeddedAws, deployments: dict[str, Deployment], name: str
) -> None:
    ec2 = aws.client("ec2", FRANKFURT)
    made = deployments[name].made
    [vpc] = [item.partition(" ")[2] for item in made if item.startswith("VPC")]
    wanted = {item.partition(" ")[2] for item in made if item.startswith("subnet")}
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    assert {item["SubnetId"] for item in subnets} == wanted
    assert len({item["AvailabilityZone"] for item in subnets}) == len({item["CidrBlock"] for item in subnets}) == 2
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    own = deployments[name].outputs["OwnGroup"]
    assert {own, f"sg-0{DIGITS[name]}"} <= {item["GroupId"] for item in groups}
    [points] = [aws.client("efs", FRANKFURT).describe_access_points(FileSystemId=f"fs-0{DIGITS[name]}")]
    assert len(points["AccessPoints"]) == 1


def test_it_is_told_once(aws: EmbeddedAws, assembly: Assembly, deployments: dict[str, Deployment]) -> None:
    assert deployments["Lookup"].made
    assert aws.deploy(assembly.stack("Lookup")).made == ()


def test_a_stack_that_makes_it_takes_its_place(
    aws: EmbeddedAws, assembly: Assembly, deployments: dict[str, Deployment]
) -> None:
    assert "role Lookup-worker" in deployments["Lookup"].made
    s3 = aws.client("s3", FRANKFURT)
    for item in s3.list_objects_v2(Bucket="results-of-lookup").get("Contents", []):
        s3.delete_object(Bucket="results-of-lookup", Key=item["Key"])
    made = aws.deploy(assembly.stack("TakingOver"))
    assert made.outputs["RoleArn"] == "arn:aws:iam::123456789012:role/teams/Lookup-worker"
    iam = aws.client("iam", FRANKFURT)
    assert iam.list_role_policies(RoleName="Lookup-worker")["PolicyNames"] == []
    [group] = aws.client("logs", FRANKFURT).describe_log_groups(logGroupNamePrefix="/shared/Lookup")["logGroups"]
    assert group["retentionInDays"] == 7


@pytest.mark.parametrize(("name", "policy"), [("WithBoundary", "Company/Boundary"), ("WithPolicy", "CompanyPolicy")])
def test_a_policy_that_is_not_there_is_refused_until_it_is(
    aws: EmbeddedAws, assembly: Assembly, name: str, policy: str
) -> None:
    arn = f"arn:aws:iam::123456789012:policy/{policy}"
    with pytest.raises(DeploymentError, match=f"{arn}.* does not exist or is not attachable"):
        aws.deploy(assembly.stack(name))
    path, _, short = f"/{policy}".rpartition("/")
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    aws.client("iam", FRANKFURT).create_policy(PolicyName=short, Path=f"{path}/", PolicyDocument=document)
    assert aws.deploy(assembly.stack(name)).resources
