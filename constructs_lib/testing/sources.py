"""What can be deployed in a test: a construct, a template, or a stack of an app that was synthesized to disk."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from constructs_lib.local.apps.assembly import AssemblyStack, load

if TYPE_CHECKING:
    from aws_cdk import Stack as StackConstruct


def stacks_of(source: Any, name: str | None, directory: Path) -> list[AssemblyStack]:
    """Find the stack that a source means, and before it those that it depends on.

    Args:
        source: a stack of an app, which is synthesized as it is now; a template as a mapping; or the path of a
            template or of a cloud assembly (cdk.out).
        name: the stack's name, needed for an assembly with several stacks. A template's default is ``Stack``.
        directory: where a template that is no file yet is written to.

    Raises:
        AssemblyError: no such assembly, or no such stack in it.
        TypeError: the source is none of these.
    """
    if isinstance(source, Mapping):
        name = name or "Stack"
        path = directory / f"{name}.template.json"
        path.write_text(json.dumps(source))
        return [_template(path, name)]
    if isinstance(source, str | Path):
        path = Path(source)
        return _on_disk(path, name) if path.is_dir() else [_template(path, name or path.name.partition(".")[0])]
    if hasattr(source, "template_file"):
        return _synthesized(source)
    expected = "a Stack, a template (a dict), or the path of a template or of a cloud assembly"
    raise TypeError(f"cannot deploy {source!r}: expected {expected}")


def _template(path: Path, name: str) -> AssemblyStack:
    return AssemblyStack(name, name, name, path, path.parent, (), ())


def _on_disk(directory: Path, name: str | None) -> list[AssemblyStack]:
    assembly = load(directory)
    if name is None and len(assembly.stacks) == 1:
        return [assembly.stacks[0]]
    return assembly.deployment_order(assembly.stack(name or ""))


def _synthesized(stack: "StackConstruct") -> list[AssemblyStack]:
    from aws_cdk import Stage  # noqa: PLC0415 - templates and assemblies need no aws-cdk-lib

    around = Stage.of(stack)
    if around is None:
        raise TypeError(f"{stack.node.path} is in no app")
    directory = ""
    # By force: the app may have been changed since it was synthesized. Each stage keeps an assembly of its own.
    while around is not None:
        directory = around.synth(force=True).directory
        around = Stage.of(around.node.scope) if around.node.scope else None
    assembly = load(Path(directory))
    return assembly.deployment_order(assembly.stack(stack.artifact_id))
