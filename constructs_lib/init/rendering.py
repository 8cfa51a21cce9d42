"""The files of a project, made of the templates in this package."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from constructs_lib.init.choices import Choices

_ANY_PYTHON: Final = "3.13"
"""The Python that the workflow and the image of the jobs have."""


def project_files(choices: Choices) -> Mapping[Path, str]:
    """The texts of all files of a project, by their paths in it.

    Args:
        choices: how it is wanted.
    """
    environment = Environment(
        loader=PackageLoader("constructs_lib.init"),
        autoescape=select_autoescape(enabled_extensions=()),  # none of them is a page
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = {"choices": choices, "library": version("constructs-lib"), "python": _ANY_PYTHON}
    return {
        path: environment.get_template(f"{name}.jinja").render(values) for path, name in _templates(choices).items()
    }


def _templates(choices: Choices) -> dict[Path, str]:
    """The template of each file, by its path in the project."""
    names = {
        ".github/workflows/tests.yml": "tests.yml",
        ".gitignore": "gitignore",
        "README.md": "README.md",
        "app.py": "app.py",
        "cdk.json": "cdk.json",
        "items.json": "items.json",
        "job/texts.py": "texts.py",
        "pyproject.toml": "pyproject.toml",
        f"{choices.module}_stack.py": "stack.py",
        f"tests/test_{choices.module}.py": "test_stack.py",
    }
    return {Path(path): name for path, name in names.items()}
