"""The account that an embedded AWS is, as seen by its clients."""

import re
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

ACCOUNT = "123456789012"
REGION = "us-east-1"
PARTITION = "aws"

Clients = Callable[[str], Any]
"""Makes the boto3 client of a service."""

_ID = re.compile(r"\w{1,128}", re.ASCII)
_SECRET = re.compile(r"[!-~]{1,128}")
_ID_LETTERS, _SECRET_LETTERS = string.ascii_uppercase + "234567", string.ascii_letters + string.digits + "+/"
_ID_PREFIX, _ID_LENGTH, _SECRET_LENGTH = "AKIA", 20, 40


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


def environment(endpoint_url: str, keys: Keys) -> dict[str, str]:
    """Environment by which any AWS SDK or command line reaches the account as its administrator."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Some operations, such as TestState, go to a host of their own at AWS; here there is one.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
