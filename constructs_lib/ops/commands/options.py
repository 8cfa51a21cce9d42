"""What all commands for an account have in common: which account, and how their failures end them."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

Command = Callable[..., Any]

_PROFILE = "Profile of the AWS configuration."
_ENDPOINT = "URL of an embedded AWS, as `constructs-lib local up` prints it."

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value, for programs.")


def where_options(command: Command) -> Command:
    """Add ``--profile``, ``--region`` and ``--endpoint``; the command gets them as they are given."""
    for option in (
        click.option("--endpoint", help=f"{_ENDPOINT} Default: AWS_ENDPOINT_URL, or else AWS."),
        click.option("--region", help="Region. Default: that of the environment or the profile."),
        click.option("--profile", help=f"{_PROFILE} Default: AWS_PROFILE, or the default profile."),
    ):
        command = option(command)
    return command


def account_options(command: Command) -> Command:
    """Add ``--profile``, ``--region`` and ``--endpoint``; the command gets them as ``account``, an `Account`.

    A name that means nothing, or several things, is wrong usage, exit code 2; what AWS or the state of the resources
    does not allow is told in one line, exit code 1.
    """

    @where_options
    @functools.wraps(command)
    def with_account(*, profile: str | None, region: str | None, endpoint: str | None, **others: Any) -> Any:
        from constructs_lib.ops.account import Account  # noqa: PLC0415 - boto3: not for --help and errors

        with told_in_a_line():
            return command(account=Account.open(profile=profile, region=region, endpoint_url=endpoint), **others)

    return with_account


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """Let what AWS or the state of the resources does not allow end a command, with its exit code."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - boto3: not for --help and errors

    from constructs_lib.ops.account import explained, is_no_execution  # noqa: PLC0415 - as above
    from constructs_lib.ops.errors import NotFoundError, OperationError  # noqa: PLC0415 - as above

    try:
        yield
    except NotFoundError as error:
        raise click.UsageError(str(error)) from None
    except OperationError as error:
        raise click.ClickException(str(error)) from None
    except (BotoCoreError, ClientError) as error:
        if is_no_execution(error):
            raise click.UsageError(f"{explained(error)}: Step Functions forgets one 90 days after its end") from None
        raise click.ClickException(explained(error)) from None
