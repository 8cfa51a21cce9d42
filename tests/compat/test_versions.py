"""The versions that `make compat` installs are those of pyproject.toml."""

import sys
import tomllib
from pathlib import Path
from typing import NoReturn

import pytest
from packaging.requirements import Requirement

import constructs_lib
from tests.compat.versions import ROOT, SUITES, requirements
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


def test_an_aws_cdk_lib_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_module(_name: str) -> NoReturn:
        raise AttributeError("module 'aws_cdk.aws_batch' has no attribute 'ConsumableResource'")

    monkeypatch.setattr(constructs_lib, "import_module", import_module)
    monkeypatch.delitem(vars(constructs_lib), "RateLimit", raising=False)
    with pytest.raises(ImportError, match=r"RateLimit needs a newer aws-cdk-lib: .+ 'ConsumableResource'"):
        constructs_lib.RateLimit  # noqa: B018 - the name is imported when it is used
