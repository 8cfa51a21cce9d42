"""Our own checks over our own stacks and those of docs/examples: no error."""

import pytest

from constructs_lib.testing import check_template


@pytest.mark.parametrize("assembly", ["app_assembly", "examples_assembly"])
def test_nothing_gets_stuck(assembly: str, request: pytest.FixtureRequest) -> None:
    check_template(request.getfixturevalue(assembly))
