"""The command ``constructs-lib init``."""

from pathlib import Path

import click

from constructs_lib.init.choices import Capacity, Choices, Kind
from constructs_lib.init.existing_app import AppError, ExistingApp, find_app
from constructs_lib.init.first_snapshot import UPDATE, missing_packages, write_snapshot
from constructs_lib.init.program_change import ProgramChange
from constructs_lib.init.writing import ExistingFilesError, write
from constructs_lib.terminal import visible


@click.command(short_help="Start a project of your own.")
@click.argument("name", required=False)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    help="How a list is run: `array`, one array job; `map`, one job per item; `distributed`, lists of any length; "
    "`stages`, several jobs per item; `gpu`, an array job whose children have a GPU each. Default: array.",
)
@click.option(
    "--on",
    "capacity",
    type=click.Choice([capacity.value for capacity in Capacity]),
    help="What the jobs run on. Default: fargate; ec2 for GPUs, which Fargate has not.",
)
@click.option("--vpc", type=click.Choice(["new", "existing"]), help="The network that they run in. Default: new.")
@click.option("--vpc-id", help="The existing VPC, as vpc-0123456789abcdef0.")
@click.option(
    "--into",
    is_flag=False,
    flag_value=".",
    type=click.Path(path_type=Path),
    metavar="[DIRECTORY]",
    help="Add the pipeline to the app of this directory, the current one if none is named, in place of a new project.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given has its default.")
@click.option("--snapshot/--no-snapshot", default=True, help="Write the first snapshot, too. Default: --snapshot.")
def init(
    *,
    name: str | None,
    kind: str | None,
    capacity: str | None,
    vpc: str | None,
    vpc_id: str | None,
    into: Path | None,
    yes: bool,
    snapshot: bool,
) -> None:
    """Write a small project into the new directory NAME: an app with one pipeline, its job, and its tests.

    It runs at once: `pytest` compares its template with a snapshot and runs it in an embedded AWS, `constructs-lib
    local run` runs it over items.json, and `cdk deploy` takes it to an account. Nothing in it refers back to this
    command: it is yours to change. What is not given is asked for. A file that exists is never written over.

    With --into, an app that exists gets the pipeline: its stack, its job and its tests, beside the modules of the app,
    and in app.py the two lines that make the stack. Where app.py is not as plain as `cdk init` writes it, they are
    only told.

    \b
    Examples:
      constructs-lib init my-pipeline
      constructs-lib init my-pipeline --yes
      constructs-lib init tiles --kind distributed --on ec2 --yes
      constructs-lib init frames --kind gpu --yes
      constructs-lib init nightly --into --yes
      constructs-lib init nightly --into ../infrastructure
      constructs-lib init reports --kind stages --vpc existing --vpc-id vpc-0123456789abcdef0 --yes

    Exit code: 0; 1 its snapshot could not be written; 2 wrong usage, or files that exist.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    app = _app(into) if into else None
    asked = _Asked(yes=yes)
    name = name or asked.text("Name", "my-pipeline", "NAME")
    kind = kind or asked.choice("Kind", list(Kind))
    capacity = capacity or (Capacity.EC2 if kind == Kind.GPU else asked.choice("Run it on", list(Capacity)))
    if vpc == "new" and vpc_id:
        raise click.UsageError("--vpc-id names an existing VPC: leave out --vpc new")
    vpc = vpc or ("existing" if vpc_id else asked.choice("VPC", ["new", "existing"]))
    if vpc == "existing":
        vpc_id = vpc_id or asked.text("Id of the VPC", None, "--vpc-id")
    try:
        choices = Choices(name, Kind(kind), Capacity(capacity), vpc_id)
        if app:
            _added(app, choices, snapshot=snapshot)
        else:
            _new_project(choices, snapshot=snapshot)
    except (ValueError, AppError, ExistingFilesError, FileExistsError, NotADirectoryError) as error:
        raise click.UsageError(_words(error)) from None


def _app(directory: Path) -> ExistingApp:
    try:
        return find_app(directory)
    except AppError as error:
        raise click.UsageError(str(error)) from None


def _new_project(choices: Choices, *, snapshot: bool) -> None:
    from constructs_lib.init.rendering import project_files  # noqa: PLC0415 - jinja2: not for --help and errors

    directory = Path(choices.name)
    write(directory, project_files(choices))
    if snapshot:
        _first_snapshot(directory, choices)
    click.echo(
        f"{directory} is ready:\n"
        f"  cd {directory}\n"
        "  pytest\n"
        "  constructs-lib local run --items items.json\n"
        "README.md has the commands that take it to an account of AWS."
    )


def _added(app: ExistingApp, choices: Choices, *, snapshot: bool) -> None:
    from constructs_lib.init.rendering import added_files, stack_line  # noqa: PLC0415 - as above

    imports, call = stack_line(choices)
    files = added_files(choices, tests_find_modules=app.tests_find_its_modules)
    change = ProgramChange.of(app, imports, call, choices.stack)
    write(app.directory, files)
    click.echo("".join(f"written: {app.directory / path}\n" for path in files), nl=False)
    click.echo(change.make())
    if snapshot:
        _first_snapshot(app.directory, choices)
    at = app.directory.relative_to(app.root)
    click.echo(
        f"{choices.stack} is ready:\n"
        + (f"  cd {app.root}\n" if app.root != Path() else "")
        + f"  pytest {at / 'tests' / f'test_{choices.module}.py'}\n"
        f"  constructs-lib local run {choices.stack} --items {at / f'{choices.module}_items.json'}\n"
        "Its tests need constructs-lib[all]: name it in what the app requires, if it does not."
    )


class _Asked:
    """Asks for what was not given.

    Args:
        yes: take the default of each instead.
    """

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes

    def choice(self, question: str, answers: list[str]) -> str:
        """One of several; the first is the default."""
        names = [str(answer) for answer in answers]
        if self._yes:
            return names[0]
        return str(click.prompt(question, default=names[0], type=click.Choice(names), err=True))

    def text(self, question: str, default: str | None, argument: str) -> str:
        """A text that has to be given."""
        if self._yes:
            raise click.UsageError(f"give {argument}: with --yes it is not asked for")
        return str(click.prompt(question, default=default, err=True))


def _first_snapshot(directory: Path, choices: Choices) -> None:
    if missing := missing_packages():
        click.echo(
            f"{choices.stack} has no snapshot yet: not installed: {', '.join(missing)}. Run pip install "
            f"'constructs-lib[all]', and {UPDATE} in {directory}.",
            err=True,
        )
        return
    click.echo("writing the first snapshot: a minute the first time, while Python compiles aws-cdk-lib", err=True)
    if printed := write_snapshot(directory, f"tests/test_{choices.module}.py"):
        raise click.ClickException(f"the files are in {directory}, and the snapshot failed:\n{visible(printed)}")


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}: choose another name"
    return str(error)
