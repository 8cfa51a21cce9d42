"""What users import: listed once, sorted, importable, documented, typed."""

import ast
import inspect
import tomllib
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import iter_modules

import pytest

import constructs_lib
import constructs_lib.testing

SOURCE = Path(constructs_lib.__file__).read_text()
EXPECTED = [
    "ArrayFanOut",
    "ArrayPipeline",
    "BatchBudget",
    "BatchChecks",
    "BatchEndpoints",
    "BatchNetwork",
    "BatchStateMachine",
    "CapacityReservation",
    "ConfigurationError",
    "ContainerInsights",
    "ContainerJob",
    "CostTags",
    "DistributedFanOut",
    "Ec2ComputeEnvironment",
    "EcsTaskFanOut",
    "EfsStorage",
    "FairShare",
    "FargateComputeEnvironment",
    "HostScratch",
    "ImagePipeline",
    "ImageRepository",
    "ImageSource",
    "InstanceScratch",
    "ItemSource",
    "JobContainer",
    "JobImage",
    "JobMetrics",
    "JobQueue",
    "JobRevisions",
    "JobSecret",
    "JobStorage",
    "LambdaFanOut",
    "LinuxParameters",
    "LustreStorage",
    "ManagedInstancesComputeEnvironment",
    "MapFanOut",
    "MixedCapacity",
    "Monitoring",
    "MultiContainerJob",
    "MultiNodeJob",
    "NetworkAccess",
    "NodeGroup",
    "Notifications",
    "Occasion",
    "OwnDefinitions",
    "PipelineStage",
    "Platform",
    "PosixOwner",
    "PriorityQueue",
    "PriorityQueues",
    "QueueMetrics",
    "QueueTrigger",
    "RateLimit",
    "Retry",
    "RunnableWatch",
    "S3FilesStorage",
    "S3Storage",
    "ScheduleTrigger",
    "StartAfter",
    "Strategy",
    "StuckJobAction",
    "SubmitJob",
    "SubmitTarget",
    "SubmitterRole",
    "UnmanagedComputeEnvironment",
    "UploadTrigger",
    "fan_out",
    "instance_types_for",
]
PACKAGES = [constructs_lib, constructs_lib.testing]
NAMES = [(package, name) for package in PACKAGES for name in package.__all__]


def test_the_names() -> None:
    assert constructs_lib.__all__ == EXPECTED


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_the_list_is_sorted(package: object) -> None:
    assert package.__all__ == sorted(package.__all__)
    assert set(package.__all__) <= set(dir(package))


def test_type_checkers_see_the_names_that_are_imported_late() -> None:
    for_type_checkers = {
        alias.name: node.module
        for block in ast.walk(ast.parse(SOURCE))
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    late = {name: f"constructs_lib.{module}" for name, module in constructs_lib._MODULES.items()}
    assert for_type_checkers == late
    assert {*late, "ConfigurationError"} == set(constructs_lib.__all__)


@pytest.mark.parametrize("package", ["", "local", "ops", "testing", "review"])
def test_no_name_is_that_of_a_module_which_would_hide_it_once_imported(package: str) -> None:
    module = import_module(f"constructs_lib.{package}".removesuffix("."))
    assert set(module.__all__) & {found.name for found in iter_modules(module.__path__)} == set()


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'JobQueues'"):
        _ = constructs_lib.JobQueues


@pytest.mark.parametrize(("package", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_name_is_documented(package: object, name: str) -> None:
    public = getattr(package, name)
    documentation = public.__doc__ or ""
    assert len(documentation.split()) > 5
    assert documentation.splitlines()[0].endswith((".", ":"))


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in EXPECTED
        if name
        not in {
            "ConfigurationError",
            "ContainerInsights",
            "JobImage",
            "JobSecret",
            "JobStorage",
            "NetworkAccess",
            "Occasion",
            "Platform",
            "StartAfter",
            "Strategy",
        }
    ],
)
def test_every_option_is_documented_and_named(name: str) -> None:
    """Options of constructors are keyword-only, and each has its line under Args."""
    public = getattr(constructs_lib, name)
    signature = inspect.signature(public.__init__ if inspect.isclass(public) else public)
    parameters = [parameter for name, parameter in signature.parameters.items() if name != "self"]
    documentation = inspect.getdoc(public)
    for parameter in parameters:
        if parameter.name not in {"scope", "construct_id"}:
            assert parameter.kind in {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, parameter
        assert f"\n    {parameter.name}: " in documentation, f"{name}: {parameter.name} is not documented"


def test_types_are_shipped() -> None:
    assert files("constructs_lib").joinpath("py.typed").is_file()


def test_the_supported_versions_of_python_are_stated_once_and_alike() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    prefix = "Programming Language :: Python :: 3."
    minors = [int(name.removeprefix(prefix)) for name in project["classifiers"] if name.startswith(prefix)]
    assert project["requires-python"] == f">=3.{min(minors)},<3.{max(minors) + 1}"


def test_a_name_of_before_is_the_new_one_with_a_warning() -> None:
    with pytest.warns(DeprecationWarning, match="StuckJob is now StuckJobAction") as warned:
        assert constructs_lib.StuckJob is constructs_lib.StuckJobAction
    assert warned[0].filename == __file__
