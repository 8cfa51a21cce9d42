"""An app that exists: where its files are, and where in its ``app.py`` a stack is made, if that is plain."""

import ast
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from constructs_lib.local.apps.assembly import AssemblyError
from constructs_lib.local.apps.settings import read_settings

_OTHERS: Final = ("node", "npx", "ts-node", "tsx", "deno", "mvn", "mvnw", "gradle", "gradlew", "dotnet", "go")
"""Programs that start apps in the other languages of the CDK."""


class AppError(Exception):
    """There is no app that a stack in Python could be added to, or it has that stack already."""


class NotPlainError(Exception):
    """Where a stack belongs in an app has to be decided by somebody who knows it; the message is the reason."""


@dataclass(frozen=True, slots=True)
class ExistingApp:
    """An app as its ``cdk.json`` names it.

    Args:
        root: the directory of its commands, where ``cdk.json`` is.
        directory: of its modules: what is in it can be imported.
        file: the program; None where ``cdk.json`` names no file.
    """

    root: Path
    directory: Path
    file: Path | None

    @property
    def tests_find_its_modules(self) -> bool:
        """Whether pytest is told already that tests may import what is in the directory."""
        below = self.directory / "tests" / "__init__.py"  # the package's parent is imported from
        return below.exists() or (self.directory / "conftest.py").exists() or "." in self._paths_of_pytest()

    def _paths_of_pytest(self) -> Sequence[str]:
        try:
            settings = tomllib.loads((self.directory / "pyproject.toml").read_text(encoding="utf-8"))
            paths = settings["tool"]["pytest"]["ini_options"]["pythonpath"]
        except (OSError, ValueError, KeyError, TypeError):
            return ()
        return paths.split() if isinstance(paths, str) else tuple(map(str, paths))


def find_app(directory: Path) -> ExistingApp:
    """The app of a directory.

    Args:
        directory: that has a ``cdk.json``, or an ``app.py``.

    Raises:
        AppError: it has none, or one in another language.
    """
    command = _command(directory)
    if command is None:
        if (directory / "app.py").is_file():
            return ExistingApp(directory, directory, directory / "app.py")
        raise AppError(
            f"{directory} has no app: neither a cdk.json with an `app` command nor an app.py. Name the directory that "
            "has, as --into ../infrastructure, or leave out --into for a new project"
        )
    if file := next((directory / word for word in _words(command) if word.endswith(".py")), None):
        if not file.is_file():
            raise AppError(f"{directory / 'cdk.json'}: app: `{command}` runs {file}, which does not exist")
        return ExistingApp(directory, file.parent, file)
    if other := next((word for word in _words(command) if Path(word).name in _OTHERS), None):
        raise AppError(
            f"{directory / 'cdk.json'}: app: `{command}` is an app for {Path(other).name}, and the stack would be in "
            "Python. Leave out --into for a project of its own beside it"
        )
    return ExistingApp(directory, directory, None)


def with_stack(source: str, imports: Sequence[str], call: str, construct_id: str) -> str:
    """An app's program with one stack more.

    Args:
        source: the program.
        imports: lines that the call needs; those that it has already are left out.
        call: the line that makes the stack, with ``{app}`` for the app.
        construct_id: of the stack.

    Returns:
        The program, whose other lines are as they were.

    Raises:
        AppError: it makes a stack of that id already.
        NotPlainError: it does not, at its top level, make one app and synthesize it.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise NotPlainError(f"line {error.lineno} is no Python") from None
    if construct_id in _ids(tree):
        raise AppError(f"makes a stack {construct_id} already")
    apps = [app for statement in tree.body if (app := _app_made_by(statement))]
    if len(apps) != 1:
        raise NotPlainError("it does not make one app at its top level" if not apps else "it makes several apps")
    synths = [statement for statement in tree.body if _is_synth_of(statement, apps[0])]
    if len(synths) != 1:
        raise NotPlainError(f"it does not call {apps[0]}.synth() once, at its top level")
    imported = [statement for statement in tree.body if _is_import(statement) and statement.lineno < synths[0].lineno]
    if not imported:
        raise NotPlainError("it imports nothing")
    last, lines = imported[-1], source.splitlines(keepends=True)
    if _shares_its_line(tree, last, synths[0]) or any("\f" in line or "\v" in line for line in lines):
        raise NotPlainError("it has several statements in one line")
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    have = {ast.unparse(statement) for statement in tree.body if _is_import(statement)}
    new_imports = [f"{line}{end}" for line in imports if line not in have]
    place, after = synths[0].lineno - 1, last.end_lineno or last.lineno
    made = f"{call.format(app=apps[0])}{end}"
    return "".join([*lines[:after], *new_imports, *lines[after:place], made, *lines[place:]])


def _command(directory: Path) -> str | None:
    try:
        settings = read_settings(directory)
    except AssemblyError as error:
        raise AppError(str(error)) from None
    return settings.app if (directory / "cdk.json").exists() else None


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _ids(tree: ast.Module) -> Iterator[str]:
    """What calls are given as their second argument, or as the id."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = [keyword.value for keyword in node.keywords if keyword.arg in ("id", "construct_id")]
            for value in [*node.args[1:2], *named]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def _app_made_by(statement: ast.stmt) -> str | None:
    """The name that a statement gives to a new app."""
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=made))
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=made))
        ):
            return name if ast.unparse(made).rpartition(".")[2] == "App" else None
        case _:
            return None


def _is_synth_of(statement: ast.stmt, app: str) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="synth"))):
            return name == app
        case _:
            return False


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _shares_its_line(tree: ast.Module, *ours: ast.stmt) -> bool:
    return any(
        other is not one and other.lineno <= (one.end_lineno or one.lineno) and (other.end_lineno or 0) >= one.lineno
        for one in ours
        for other in tree.body
    )
