"""The files of a project, made of the templates in this package."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from constructs_lib.init.choices import Choices
from constructs_lib.init.review_workflow import review_workflow

_ANY_PYTHON: Final = "3.13"
"""The Python that the workflow and the image of the jobs have."""

_CONFTEST: Final = '"""pytest begins here: tests can import what is in this directory."""\n'


def project_files(choices: Choices) -> Mapping[Path, str]:
    """The texts of all files of a new project, by their paths in it.

    Args:
        choices: how it is wanted.
    """
    rendered = _rendered(_templates(choices), choices, job="job", items="items.json")
    return {**rendered, Path(".github/workflows/review.yml"): review_workflow()}


def added_files(choices: Choices, *, tests_find_modules: bool) -> Mapping[Path, str]:
    """The texts of the files that a pipeline brings into an app that exists, by their paths beside the app's modules.

    Args:
        choices: how the pipeline is wanted.
        tests_find_modules: whether tests can import the app's modules. If not, a ``conftest.py`` lets them.
    """
    job, items = f"{choices.module}_job", f"{choices.module}_items.json"
    files = _rendered(_of_pipeline(choices, job=job, items=items), choices, job=job, items=items)
    return files if tests_find_modules else {**files, Path("conftest.py"): _CONFTEST}


def stack_line(choices: Choices) -> tuple[Sequence[str], str]:
    """What an app that exists has to say for the stack: what it imports, and the call, with ``{app}`` for the app."""
    imports = [f"from {choices.module}_stack import {choices.stack}Stack"]
    if choices.vpc_id is None:
        return imports, f'{choices.stack}Stack({{app}}, "{choices.stack}")'
    # As app.py of a new project: where the VPC is looked up.
    account = 'account=os.environ.get("CDK_DEFAULT_ACCOUNT", "123456789012")'
    region = 'region=os.environ.get("CDK_DEFAULT_REGION", "us-east-1")'
    return (
        ["import os", "from aws_cdk import Environment", *imports],
        f'{choices.stack}Stack({{app}}, "{choices.stack}", env=Environment({account}, {region}))',
    )


def _rendered(names: Mapping[str, str], choices: Choices, *, job: str, items: str) -> dict[Path, str]:
    """The text of each template, by the path of its file."""
    environment = Environment(
        loader=PackageLoader("constructs_lib.init"),
        autoescape=select_autoescape(enabled_extensions=()),  # none of them is a page
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = {
        "choices": choices,
        "library": version("constructs-lib"),
        "python": _ANY_PYTHON,
        "job": job,
        "items": items,
    }
    return {Path(path): environment.get_template(f"{name}.jinja").render(values) for path, name in names.items()}


def _templates(choices: Choices) -> dict[str, str]:
    """The template of each file of a new project, by its path in it."""
    return {
        ".github/workflows/tests.yml": "tests.yml",
        ".gitignore": "gitignore",
        "README.md": "README.md",
        "app.py": "app.py",
        "cdk.json": "cdk.json",
        "pyproject.toml": "pyproject.toml",
        **_of_pipeline(choices, job="job", items="items.json"),
    }


def _of_pipeline(choices: Choices, *, job: str, items: str) -> dict[str, str]:
    """The template of each file that is about the pipeline."""
    return {
        items: "items.json",
        f"{job}/texts.py": "texts.py",
        f"{choices.module}_stack.py": "stack.py",
        f"tests/test_{choices.module}.py": "test_stack.py",
    }
