"""What the CDK command line reads before it runs an app: cdk.json, cdk.context.json and ~/.cdk.json.

Sources: https://docs.aws.amazon.com/cdk/v2/guide/cli.html and https://docs.aws.amazon.com/cdk/v2/guide/context.html
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from constructs_lib.local import json_texts
from constructs_lib.local.apps.assembly import AssemblyError


@dataclass(frozen=True, slots=True)
class Settings:
    """What is said about an app.

    Args:
        app: its command, or the directory of its assembly; None where no file says it.
        where: the file that says it, for errors.
        context: values for the app; those of cdk.json come before those of cdk.context.json, and these before the
            user's.
    """

    app: str | None = None
    where: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def read_settings(directory: Path) -> Settings:
    """Read the files of an app's directory, and of the user.

    Raises:
        AssemblyError: one of them is broken.
    """
    user, kept, project = (
        _document(path) for path in (_user_file(), directory / "cdk.context.json", directory / "cdk.json")
    )
    context = {**_context(user), **kept[1], **_context(project)}
    for settings, where in ((project[1], project[0]), (user[1], user[0])):
        app = settings.get("app")
        if app is not None and not isinstance(app, str):
            example = '{"app": "python3 app.py"}'
            raise AssemblyError(
                f"{where}: app: expected a command or the directory of an assembly, as {example}, "
                f"got {json_texts.kind(app)}"
            )
        if app:
            return Settings(app, f"{where}: app", context)
    return Settings(context=context)


def _user_file() -> Path:
    try:
        return Path.home() / ".cdk.json"
    except RuntimeError:  # no home
        return Path(".cdk.json")


def _context(document: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    path, settings = document
    context = settings.get("context")
    return {} if context is None else _object(context, f"{path}: context")


def _document(path: Path) -> tuple[Path, dict[str, Any]]:
    try:
        return path, _object(json_texts.read(path), str(path)) if path.exists() else {}
    except (OSError, json_texts.JsonTextError) as error:
        raise AssemblyError(str(error)) from None


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AssemblyError(f"{where}: expected an object, got {json_texts.kind(value)}")
    return value
