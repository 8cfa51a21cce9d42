"""The command ``constructs-lib plan``."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from constructs_lib.local.commands.apps import app_options
from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.outputs import check_file, write_file
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.terminal import json_text

if TYPE_CHECKING:
    from constructs_lib.ops.planning.parts import Parts

Numbers = Mapping[str | None, float]
"""Numbers by the name of what they are of; that of None is for all others."""


def _numbers(_: click.Context, param: click.Parameter, values: tuple[str, ...]) -> Numbers:
    """Read ``NUMBER`` and ``NAME=NUMBER``, each once; whole ones of ``--items``."""
    whole = param.name == "items"
    found: dict[str | None, float] = {}
    for value in values:
        name, _equals, text = value.rpartition("=")
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf") or (whole and number != int(number)):
            kind = "a whole number" if whole else "a number"
            raise click.BadParameter(f"{value!r}: expected {kind}, or NAME={kind}, from 0 on", param=param)
        if (name or None) in found:
            raise click.BadParameter(f"it is given twice{f' for {name}' if name else ''}", param=param)
        found[name or None] = number
    return found


def _share(_: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Read a share such as ``0.05`` or ``5%``."""
    if value is None:
        return None
    try:
        number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1:
        raise click.BadParameter(f"{value!r}: expected a share such as 0.05 or 5%, from 0 to below 1", param=param)
    return number


@click.command(short_help="How long a run takes and what it costs, beforehand.")
@click.argument("stack", type=Name())
@click.option(
    "--items",
    callback=_numbers,
    multiple=True,
    metavar="[NAME=]NUMBER",
    required=True,
    help="Number of items of each list, or NAME=NUMBER for the list of one fan-out or Map; repeatable.",
)
@click.option(
    "--seconds-per-item",
    callback=_numbers,
    multiple=True,
    metavar="[NAME=]SECONDS",
    required=True,
    help="Seconds that the job of an item takes, and every other job; or NAME=SECONDS for one fan-out, stage or job; "
    "repeatable.",
)
@click.option("--state-machine", type=Name(), help="Name of the state machine, or its beginning, if there are several.")
@click.option(
    "--max-vcpus",
    type=click.IntRange(min=1),
    multiple=True,
    help="Compare with this maximum of vCPUs, of all compute environments together that the jobs use; repeatable. "
    "Default: half, two and four times that of the stack.",
)
@click.option(
    "--reclaim-rate",
    callback=_share,
    default="0",
    metavar="SHARE",
    help="Share of the attempts of one hour on Spot capacity that are reclaimed, such as 5%. Default: none.",
)
@click.option(
    "--instance-seconds",
    type=click.FloatRange(min=0),
    default=120.0,
    show_default=True,
    help="To start an EC2 instance.",
)
@click.option(
    "--image-seconds",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    help="To pull the image: once on each instance, and for each task on Fargate.",
)
@click.option(
    "--fargate-seconds",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    help="To start a task on Fargate, without its image.",
)
@click.option(
    "--log-kib", type=click.FloatRange(min=0), default=0.0, help="KiB of logs that each job writes. Default: none."
)
@click.option(
    "--prices", "prices_file", type=FilePath(), help="JSON file of own prices in place of those of the price list."
)
@click.option(
    "--spot-share",
    callback=_share,
    metavar="SHARE",
    help="What Spot Instances cost of the price on demand. Default: 40%.",
)
@click.option("--only", is_flag=True, help="Plan the stack as it is, without other choices.")
@click.option("--picture", type=FilePath(), help="Draw the choices and the vCPUs over time to this file, as SVG.")
@click.option(
    "--report", type=FilePath(), help="Write an HTML page: the picture, the choices, and what each costs line by line."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--profile", help="Plan the deployed stack of this profile's account in place of an app.")
@click.option("--endpoint", help="Plan the deployed stack of the embedded AWS at this URL in place of an app.")
@click.option("--region", help="Region of a deployed stack, or of the prices for a stack of the app that names none.")
@app_options
def plan(
    *,
    stack: str,
    items: Numbers,
    seconds_per_item: Numbers,
    state_machine: str | None,
    max_vcpus: tuple[int, ...],
    reclaim_rate: float,
    instance_seconds: float,
    image_seconds: float,
    fargate_seconds: float,
    log_kib: float,
    prices_file: Path | None,
    spot_share: float | None,
    only: bool,
    picture: Path | None,
    report: Path | None,
    as_json: bool,
    profile: str | None,
    endpoint: str | None,
    region: str | None,
    app: str | None,
    assembly: Path | None,
) -> None:
    """Say how long the state machine of STACK takes and what it costs, before anything is started.

    The scheduler of the embedded AWS places the jobs in virtual time: the compute environments, queues, attempts and
    timeouts are those of the stack, and so are the fan-outs with their limits. A million items take seconds. Other
    choices are compared with the stack as it is: a lower and a higher maximum of vCPUs, Spot or on demand, and the
    other strategies of a fan-out.

    STACK is a stack of the app. With --profile or --endpoint it is a deployed one; it is read, and nothing is changed.
    A stack without a state machine, with one job definition and one job queue, is planned as an array job.

    \b
    Examples:
      constructs-lib plan ArrayStack --items 10000 --seconds-per-item 90
      constructs-lib plan ArrayStack --items 10000 --seconds-per-item 90 --max-vcpus 256 --max-vcpus 1024
      constructs-lib plan MyStack --items 500 --items Tiles=20000 --seconds-per-item 60 --seconds-per-item Merge=1800
      constructs-lib plan MyStack --items 5000 --seconds-per-item 3600 --reclaim-rate 5% --report plan.html
      constructs-lib plan MyStack --items 5000 --seconds-per-item 60 --profile production --json

    Standard output is a table at a terminal; in a pipe it is a line of cells with tabs between them for each choice:
    ``choice``, its name, seconds, dollars, jobs at a time, maximum of vCPUs, and why it would be refused.

    Dollars are those of the price list in the package, whose dates are shown, or of --prices, a file such as
    {"instances": {"c7g.large": 0.0725}, "fargate": {"X86_64": [0.04048, 0.004445]}, "spotShare": 0.35}. What has no
    known price is named and left out of the sum, as are data transfer, storage, networks, taxes and discounts.

    Required permissions for a deployed stack: cloudformation:DescribeStacks and ListStackResources,
    states:DescribeStateMachine, batch:Describe*, ecs:DescribeTaskDefinition.

    Exit code: 0; 1 if a job can never run, a fan-out would refuse its list, or AWS cannot be reached or returns an
    error; 2 for wrong usage, or an app that cannot be read.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    for path, option in ((picture, "--picture"), (report, "--report")):
        if path:
            check_file(path, option)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - not for --help and errors

    from constructs_lib.ops.account import explained  # noqa: PLC0415 - as above
    from constructs_lib.ops.commands.plan_display import show  # noqa: PLC0415 - as above
    from constructs_lib.ops.errors import NotFoundError, OperationError  # noqa: PLC0415 - as above
    from constructs_lib.ops.planning.assumptions import Starts  # noqa: PLC0415 - as above
    from constructs_lib.ops.planning.document import as_dictionary  # noqa: PLC0415 - as above
    from constructs_lib.ops.planning.plan import plan as made_plan  # noqa: PLC0415 - as above
    from constructs_lib.ops.planning.work import Work  # noqa: PLC0415 - as above

    work = Work(
        int(items.get(None, 1)),
        seconds_per_item.get(None, 0.0),
        {name: int(number) for name, number in items.items() if name},
        {name: number for name, number in seconds_per_item.items() if name},
    )
    try:
        parts = _parts(stack, app, assembly, profile=profile, endpoint=endpoint, region=region)
        prices = _prices(parts.location.region, prices_file, spot_share)
        made = made_plan(
            parts,
            work,
            machine=state_machine,
            max_vcpus=max_vcpus,
            reclaim_rate=reclaim_rate,
            starts=Starts(instance_seconds, image_seconds, fargate_seconds),
            prices=prices,
            log_kib=log_kib,
            alternatives=not only,
        )
    except NotFoundError as error:
        raise click.UsageError(str(error)) from None
    except OperationError as error:
        raise click.ClickException(str(error)) from None
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(explained(error)) from None
    if picture:
        from constructs_lib.ops.commands.plan_picture import drawn  # noqa: PLC0415 - as above

        write_file(picture, drawn(made), "--picture")
    if report:
        from constructs_lib.ops.commands.plan_page import plan_page  # noqa: PLC0415 - as above

        write_file(report, plan_page(made), "--report")
    if as_json:
        click.echo(json_text(as_dictionary(made), indent=2))
    else:
        show(made)


def _parts(
    stack: str, app: str | None, assembly: Path | None, *, profile: str | None, endpoint: str | None, region: str | None
) -> "Parts":
    from constructs_lib.local.account import Location, LocationError  # noqa: PLC0415 - as above

    if profile or endpoint:
        if app or assembly:
            raise click.UsageError("--profile and --endpoint are for deployed stacks, --app and --assembly for an app")
        from constructs_lib.ops.account import Account  # noqa: PLC0415 - as above
        from constructs_lib.ops.planning.deployed import parts_of_deployed  # noqa: PLC0415 - as above

        return parts_of_deployed(Account.open(profile=profile, region=region, endpoint_url=endpoint), stack)
    from constructs_lib.local.apps.assembly import AssemblyError  # noqa: PLC0415 - as above
    from constructs_lib.local.commands.apps import opened  # noqa: PLC0415 - as above
    from constructs_lib.ops.planning.templates import parts_of  # noqa: PLC0415 - as above

    try:
        default = Location.checked(**({"region": region} if region else {}))
    except LocationError as error:
        raise click.BadParameter(str(error), param_hint="--region") from None
    with opened(app, assembly) as found:
        try:
            return parts_of(found, found.stack(stack), default)
        except AssemblyError as error:
            raise click.UsageError(str(error)) from None


def _prices(region: str, path: Path | None, spot_share: float | None) -> Any:
    from dataclasses import replace  # noqa: PLC0415 - as above

    from constructs_lib.prices.price_list import PricesError, prices_of  # noqa: PLC0415 - as above

    found = prices_of(region)
    try:
        found = found.with_own(path) if path else found
    except PricesError as error:
        raise click.BadParameter(str(error), param_hint="--prices") from None
    return found if spot_share is None else replace(found, spot_share=spot_share)
