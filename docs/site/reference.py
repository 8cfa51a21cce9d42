"""The pages of the reference: every public name by its wing, rendered from its docstring when the site is built."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

_PAGES: Final = {
    "fan-outs": ("Fan-outs and state machines", ("workflows", "state_machine")),
    "jobs": ("Jobs", ("jobs", "core")),
    "compute": ("Compute environments", ("compute",)),
    "queues": ("Job queues", ("queues",)),
    "network": ("Networks", ("network",)),
    "storage": ("Storage", ("storage",)),
    "access": ("Permissions", ("access",)),
    "images": ("Images and their delivery", ("images", "delivery")),
    "triggers": ("Triggers", ("triggers",)),
    "monitoring": ("Monitoring and notifications", ("monitoring",)),
    "costs": ("Budgets and costs", ("costs",)),
    "checks": ("Checks and errors", ("batch_checks", "errors")),
}
"""What has a page in the reference, by its name: its title, and the parts of the package whose names it has."""

_PACKAGES: Final = {
    "testing": "Tests: constructs_lib.testing",
    "local": "The embedded AWS: constructs_lib.local",
    "ops": "Operations: constructs_lib.ops",
}
"""Packages whose names are imported from them, and not from the top."""

_INDEX: Final = """\
# Constructs by name

Every public name with its arguments, defaults, errors and source. Import constructs from `constructs_lib`, and the rest
from the package that its page names.

| page | names |
|---|---|
"""


def reference(package: Path) -> dict[str, str]:
    """The pages, by their paths in the site.

    Args:
        package: the directory of constructs_lib.

    Raises:
        ValueError: a public name has no page.
    """
    top = public_names(package)
    pages = {}
    listed = []
    for page, (title, parts) in _PAGES.items():
        names = {name: place for name, place in top.items() if place.split(".")[1] in parts}
        pages[f"reference/{page}.md"] = _page(title, _said(package, parts[0]), names)
        listed.append(_listed(title, page, names))
        top = {name: place for name, place in top.items() if name not in names}
    if top:
        raise ValueError(f"docs/site/reference.py has no page for {', '.join(sorted(top))}")
    for page, title in _PACKAGES.items():
        names = public_names(package / page)
        pages[f"reference/{page}.md"] = _page(title, _said(package, page), names)
        listed.append(_listed(title, page, names))
    return {"reference/index.md": _INDEX + "\n".join(listed), **pages}


def public_names(package: Path) -> dict[str, str]:
    """The names that a package lets users import, each with its place: ``constructs_lib.jobs.retry.Retry``."""
    tree = ast.parse((package / "__init__.py").read_text())
    top = ".".join(package.parts[package.parts.index("constructs_lib") :])
    values = {target: node.value for node in tree.body for target in _targets(node) if isinstance(node, ast.Assign)}
    modules: Mapping[str, str] = ast.literal_eval(values["_MODULES"])
    imported = {
        alias.name: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    names = {}
    for name in ast.literal_eval(values["__all__"]):
        module = modules.get(name) or imported[name] or ""
        names[name] = f"{module if module.startswith('constructs_lib') else f'{top}.{module}'}.{name}"
    return names


def _targets(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _said(package: Path, part: str) -> str:
    """What a part of the package says of itself first."""
    module = package / part / "__init__.py" if (package / part).is_dir() else package / f"{part}.py"
    return (ast.get_docstring(ast.parse(module.read_text())) or "").partition("\n\n")[0]


def _page(title: str, said: str, names: Mapping[str, str]) -> str:
    return f"# {title}\n\n{said}\n\n" + "\n".join(f"::: {place}\n" for place in names.values())


def _listed(title: str, page: str, names: Mapping[str, str]) -> str:
    links = ", ".join(f"[`{name}`]({page}.md#{place})" for name, place in names.items())
    return f"| [{title}]({page}.md) | {links} |"
