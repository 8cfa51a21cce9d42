"""The versions that `make compat` installs are those of pyproject.toml."""

import sys
import tomllib
from pathlib import Path
from typing import Any, NoReturn

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from packaging.requirements import Requirement
from packaging.version import Version

import constructs_lib
from constructs_lib import newer
from constructs_lib.compute.ec2 import machine_images
from constructs_lib.newer import NVIDIA_IMAGE_TYPE, SINCE
from tests.compat.versions import NEED_A_NEWER_ONE, ROOT, SUITES, requirements, tools
from tests.compat.wheels import pythons


def test_each_range_is_tested_at_its_lowest_and_newest() -> None:
    ranges = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    wanted = requirements()
    assert wanted["newest"] == ranges
    for text, pinned in zip(ranges, wanted["lowest"], strict=True):
        allowed, lowest = Requirement(text), Requirement(pinned)
        [version] = [specifier.version for specifier in lowest.specifier]
        assert lowest.name == allowed.name
        assert version in allowed.specifier
        assert version.startswith(next(bound.version for bound in allowed.specifier if bound.operator == ">="))


def test_the_wheel_is_tried_on_this_python_and_on_no_other_than_the_supported_ones() -> None:
    found = dict(pythons())
    assert found["{}.{}".format(*sys.version_info)] == Path(sys.executable)
    assert found.keys() <= {"3.11", "3.12", "3.13", "3.14"}
    assert all(program.exists() for program in found.values())


def test_every_suite_is_there() -> None:
    assert [suite for suite in SUITES if not (ROOT / suite).exists()] == []


def test_what_is_left_out_under_the_lowest_is_there() -> None:
    assert [test for test in NEED_A_NEWER_ONE if not (ROOT / test.partition("::")[0]).exists()] == []
    assert any(tool.startswith("cdk-nag") for tool in tools("newest"))
    assert not any(tool.startswith("cdk-nag") for tool in tools("lowest"))


def test_everything_works_with_the_oldest_complete_version() -> None:
    [complete] = [Version(text.partition("==")[2]) for text in requirements()["complete"]]
    [lowest] = [Version(text.partition("==")[2]) for text in requirements()["lowest"] if text.startswith("aws-cdk-lib")]
    needed = [Version(text) for text in (*SINCE.values(), NVIDIA_IMAGE_TYPE)]
    assert all(lowest < each <= complete for each in needed)


@pytest.mark.parametrize("name", SINCE)
def test_a_name_that_needs_a_newer_one_says_which_and_no_other_does(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(newer, "installed", lambda: "2.234.1")
    monkeypatch.delitem(vars(constructs_lib), name, raising=False)
    with pytest.raises(ImportError) as refused:
        getattr(constructs_lib, name)
    assert str(refused.value) == (
        f"constructs_lib.{name} needs aws-cdk-lib {SINCE[name]} or later, and 2.234.1 is installed: "
        f"pip install --upgrade 'aws-cdk-lib>={SINCE[name]},<3'. All else in this library works with it."
    )
    for other in set(constructs_lib.__all__) - SINCE.keys():
        newer.check_newer(other)


def test_the_first_version_that_has_it_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, since in SINCE.items():
        for installed in (since, f"{since}.0", f"{since}.2", "2.1000.0"):
            monkeypatch.setattr(newer, "installed", lambda version=installed: version)
            newer.check_newer(name)


def test_an_own_image_for_gpus_says_which_version_has_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_images, "_AL2023_NVIDIA", None)
    monkeypatch.setattr(machine_images, "installed", lambda: "2.234.1")
    stack = Stack()
    given: dict[str, Any] = {"vpc": ec2.Vpc(stack, "Vpc"), "max_vcpus": 16, "instance_types": ["g6"]}
    constructs_lib.Ec2ComputeEnvironment(stack, "Amazons", **given)
    image = ec2.MachineImage.generic_linux({"eu-west-1": "ami-1"})
    with pytest.raises(
        constructs_lib.ConfigurationError,
        match=r"image_type: got none, with aws-cdk-lib 2\.234\.1, .+ is in aws-cdk-lib 2\.249 and later \(COMPUTE002\)",
    ):
        constructs_lib.Ec2ComputeEnvironment(stack, "Own", image=image, **given)


def test_an_aws_cdk_lib_that_is_older_than_all_that_are_supported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_module(_name: str) -> NoReturn:
        raise AttributeError("module 'aws_cdk.aws_batch' has no attribute 'Reason'")

    monkeypatch.setattr(constructs_lib, "import_module", import_module)
    monkeypatch.delitem(vars(constructs_lib), "Retry", raising=False)
    with pytest.raises(ImportError, match=r"Retry needs a newer aws-cdk-lib: .+ 'Reason'"):
        constructs_lib.Retry  # noqa: B018 - the name is imported when it is used
