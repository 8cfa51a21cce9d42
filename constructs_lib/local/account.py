"""The accounts that an embedded AWS has, as seen by its clients: their numbers, regions and keys."""

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

ACCOUNT = "123456789012"
REGION = "us-east-1"
"""Account and region of what names neither."""
PARTITION = "aws"

ACCESS_ROLE = "OrganizationAccountAccessRole"
"""The role in each other account that the administrator of the first one may take on, as AWS Organizations makes it.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
"""

Clients = Callable[[str], Any]
"""Makes the boto3 client of a service."""

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}")
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
    "eu-isoe-": "aws-iso-e",
    "eusc-": "aws-eusc",
}
"""By how the names of their regions begin; all others are of the partition aws."""

_ID = re.compile(r"\w{1,128}", re.ASCII)
_SECRET = re.compile(r"[!-~]{1,128}")
_ID_LETTERS, _SECRET_LETTERS = string.ascii_uppercase + "234567", string.ascii_letters + string.digits + "+/"
_ID_PREFIX, _ID_LENGTH, _SECRET_LENGTH = "AKIA", 20, 40


class LocationError(ValueError):
    """What is no account or no region; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Location:
    """An account and a region, which the CDK calls an environment: nearly every resource is in one.

    Args:
        account: the account's number, 12 digits.
        region: the region's name, such as ``eu-central-1``.
    """

    account: str = ACCOUNT
    region: str = REGION

    @classmethod
    def checked(cls, account: str = ACCOUNT, region: str = REGION) -> Self:
        """Make one of what a user has written.

        Raises:
            LocationError: it has not the form of one.
        """
        if not _ACCOUNT.fullmatch(account):
            raise LocationError(f"expected an account of 12 digits, such as {ACCOUNT}, got {account!r}")
        if not _REGION.fullmatch(region):
            raise LocationError(f"expected a region such as {REGION}, got {region!r}")
        return cls(account, region)

    @classmethod
    def of(cls, arn: str) -> Self:
        """Where a resource is that has account and region in its ARN, as a job queue or a state machine has."""
        _, _, _, region, account, _ = arn.split(":", 5)
        return cls(account, region)

    @property
    def partition(self) -> str:
        """The partition of the region: ``aws``, ``aws-cn``, ``aws-us-gov``."""
        return partition_of(self.region)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource that is here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


@lru_cache(maxsize=64)
def partition_of(region: str) -> str:
    """The partition of a region, by its name.

    Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    return next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws")


class KeysError(ValueError):
    """What is no access key; the text says why."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The access key of an account's administrator, who may do everything.

    Args:
        access_key: its id, 1 to 128 letters, digits and underscores; ids as AWS gives them have 20.
        secret_key: its secret, 1 to 128 visible ASCII characters; those of AWS have 40.

    Raises:
        KeysError: one of them is something else.
    """

    access_key: str
    secret_key: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.access_key):
            raise KeysError("the id of an access key has 1 to 128 letters, digits and underscores")
        if not _SECRET.fullmatch(self.secret_key):
            raise KeysError("the secret of an access key has 1 to 128 visible ASCII characters, and no space")

    @classmethod
    def random(cls) -> Self:
        """Make up a key that nobody can guess, in the form of AWS's."""
        name = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH - len(_ID_PREFIX)))
        return cls(f"{_ID_PREFIX}{name}", "".join(secrets.choice(_SECRET_LETTERS) for _ in range(_SECRET_LENGTH)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``ID/SECRET``, such as ``local/local``; the secret may have slashes, too.

        Raises:
            KeysError: it is something else.
        """
        name, slash, secret = text.partition("/")
        if not slash:
            raise KeysError("expected ID/SECRET, such as local/local")
        return cls(name, secret)


def environment(endpoint_url: str, keys: Keys, region: str = REGION) -> dict[str, str]:
    """Environment by which any AWS SDK or command line reaches an account as its administrator."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Some operations, such as TestState, go to a host of their own at AWS; here there is one.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
