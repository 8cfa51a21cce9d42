"""The templates of an app, which is built once however many of its stacks are asked for: a synth costs seconds."""

from pathlib import Path
from typing import TYPE_CHECKING

from constructs_lib.testing.synthesized import Assemblies, SynthesizedTemplate

if TYPE_CHECKING:
    from aws_cdk import App, Stack


def synthesize(stack: "Stack") -> SynthesizedTemplate:
    """The template of a stack or nested stack.

    The first call builds the whole app; stacks, constructs and properties that are added afterwards are not seen.

    Args:
        stack: any stack of an app. A nested stack's template is a file of its own, of which the parent's template has
            the masked hash only: compare it too.
    """
    directory, path = synthesized_at(stack)
    return Assemblies(directory).template(path)


def synthesized_at(stack: "Stack") -> tuple[Path, Path]:
    """The cloud assembly of the app that a stack is in, and the template of the stack within it.

    The whole app's, because a stack may name assets that other stages publish, and what other stacks export.
    """
    from aws_cdk import Stage  # noqa: PLC0415 - reading templates from disk needs no aws-cdk-lib

    stage = Stage.of(stack)
    if stage is None:
        raise TypeError(f"{stack.node.path} is in no app")
    directory = stack.node.root.synth().directory  # type: ignore[attr-defined] # the root is an App
    return Path(directory), Path(stage.synth().directory) / stack.template_file


def synthesize_app(app: "App") -> dict[str, SynthesizedTemplate]:
    """The templates of all stacks of an app, as `read_templates` returns them."""
    return read_templates(app.synth().directory)


def read_templates(directory: str | Path) -> dict[str, SynthesizedTemplate]:
    """The templates in a cloud assembly (cdk.out), by the path of each stack; nested stacks by the name of their file.

    Each is the plain dictionary that the template is, and knows the construct paths of its resources and the assets of
    the assembly.

    Raises:
        AssemblyError: there is no cloud assembly in this directory.
    """
    return Assemblies(Path(directory)).templates()
