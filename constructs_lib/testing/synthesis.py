"""The templates of an app, which is built once however many of its stacks are asked for: a synth costs seconds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from constructs_lib.local.apps.assembly import Stack as StackOnDisk
from constructs_lib.local.apps.assembly import load

if TYPE_CHECKING:
    from aws_cdk import App, Stack

    from constructs_lib.testing.normalize import Template

_NESTED = ".nested.template.json"


def synthesize(stack: "Stack") -> "Template":
    """The template of a stack or nested stack.

    The first call builds the whole app; stacks, constructs and properties that are added afterwards are not seen.

    Args:
        stack: any stack of an app. A nested stack's template is a file of its own, of which the parent's template has
            the masked hash only: compare it too.
    """
    from aws_cdk import Stage  # noqa: PLC0415 - reading templates from disk needs no aws-cdk-lib

    stage = Stage.of(stack)
    if stage is None:
        raise TypeError(f"{stack.node.path} is in no app")
    stack.node.root.synth()  # type: ignore[attr-defined] # the root of a stage is an App
    return _read(Path(stage.synth().directory) / stack.template_file)


def synthesize_app(app: "App") -> "dict[str, Template]":
    """The templates of all stacks of an app, as `read_templates` returns them."""
    return read_templates(app.synth().directory)


def read_templates(directory: str | Path) -> "dict[str, Template]":
    """The templates in a cloud assembly (cdk.out), by the path of each stack; nested stacks by the name of their file.

    Raises:
        AssemblyError: there is no cloud assembly in this directory.
    """
    templates: dict[str, Template] = {}
    for stack in load(Path(directory)).stacks:
        templates[stack.display_name] = _read(stack.template_path)
        templates |= _nested(stack)
    return templates


def _nested(stack: StackOnDisk) -> "dict[str, Template]":
    paths = (asset.path for asset in stack.files if asset.path.name.endswith(_NESTED))
    return {path.name.removesuffix(_NESTED): _read(path) for path in paths}


def _read(path: Path) -> "Template":
    template: Template = json.loads(path.read_text(encoding="utf-8"))
    return template
