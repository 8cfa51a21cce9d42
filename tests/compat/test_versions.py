"""The versions that `make compat` installs are those of pyproject.toml."""

import tomllib

from packaging.requirements import Requirement

from tests.compat.versions import ROOT, SUITES, requirements


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


def test_every_suite_is_there() -> None:
    assert [suite for suite in SUITES if not (ROOT / suite).exists()] == []
