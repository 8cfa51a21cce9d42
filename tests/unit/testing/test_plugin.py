"""The pytest plugin: found without a word in conftest.py, and paid for by those who use it."""

from importlib.metadata import entry_points

import pytest

NAME = "constructs_lib.testing.plugin"

USES_NOTHING = """
import sys

def test_nothing():
    heavy = {"aws_cdk", "boto3", "botocore", "moto", "rich"} & set(sys.modules)
    assert (heavy, [name for name in sys.modules if name.startswith("constructs_lib.local")]) == (set(), [])
"""
USES_IT = """
def test_something(local_aws):
    bucket = {"Type": "AWS::S3::Bucket"}
    stack = local_aws.deploy({"Resources": {"Bucket": bucket}}, seed={"Bucket/a": "b"})
    read = local_aws.client("s3").get_object(Bucket=stack.physical_id("Bucket"), Key="a")["Body"].read()
    assert read == b"b"
"""
CONFTESTS = ["", f'pytest_plugins = ["{NAME}"]', f'pytest_plugins = "{NAME}"']


def test_pytest_finds_it_by_the_name_of_its_module() -> None:
    [found] = entry_points(group="pytest11", name=NAME)
    assert found.value == NAME, "so that pytest_plugins of a conftest.py means the same one"


@pytest.mark.parametrize("conftest", CONFTESTS)
def test_a_test_has_the_fixture_with_and_without_asking_for_the_plugin(
    pytester: pytest.Pytester, conftest: str
) -> None:
    pytester.makeconftest(conftest)
    pytester.makepyfile(USES_IT)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error").assert_outcomes(passed=1)


def test_a_project_that_does_not_use_it_imports_nothing_for_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USES_NOTHING)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error").assert_outcomes(passed=1)
