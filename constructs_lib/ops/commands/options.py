"""What all commands for an account have in common: which account, and how their failures end them."""

import functools
from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value, for programs.")


def account_options(command: Command) -> Command:
    """Add ``--profile``, ``--region`` and ``--endpoint``; the command gets them as ``account``, an `Account`.

    A name that means nothing, or several things, is wrong usage, exit code 2; what AWS or the state of the resources
    does not allow is told in one line, exit code 1.
    """

    @click.option("--profile", help="Profile of the AWS configuration. Default: AWS_PROFILE, or the default profile.")
    @click.option("--region", help="Region. Default: that of the environment or the profile.")
    @click.option(
        "--endpoint",
        help="URL of an embedded AWS, as `constructs-lib local up` prints it. Default: AWS_ENDPOINT_URL, or else AWS.",
    )
    @functools.wraps(command)
    def with_account(*, profile: str | None, region: str | None, endpoint: str | None, **others: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - boto3: not for --help and errors

        from constructs_lib.ops.account import Account, explained  # noqa: PLC0415 - as above
        from constructs_lib.ops.errors import NotFoundError, OperationError  # noqa: PLC0415 - as above

        try:
            account = Account.open(profile=profile, region=region, endpoint_url=endpoint)
            return command(account=account, **others)
        except NotFoundError as error:
            raise click.UsageError(str(error)) from None
        except OperationError as error:
            raise click.ClickException(str(error)) from None
        except (BotoCoreError, ClientError) as error:
            raise click.ClickException(explained(error)) from None

    return with_account
