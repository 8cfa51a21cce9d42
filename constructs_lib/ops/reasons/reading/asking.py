"""Questions to AWS of which each may be refused: what could not be asked is noted, and the others go on."""

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.ops.account import Account

_DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "AuthorizationError",
        "AuthorizationErrorException",
    }
)


class Asking:
    """Asks one account, and keeps what it could not ask.

    Args:
        account: where.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self._refused: dict[str, str] = {}

    @property
    def refused(self) -> tuple[str, ...]:
        """What could not be asked, and why, a line each."""
        return tuple(f"{what}: {why}" for what, why in self._refused.items())

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return self.account.client(service)

    def ask(self, action: str, question: Callable[[], Any], otherwise: Any, *, about: str = "") -> Any:
        """An answer; or another value where AWS refuses it, which is noted.

        Args:
            action: the right that it takes, such as ``batch:DescribeJobQueues``.
            question: asks.
            otherwise: the answer where there is none.
            about: what is lost without the answer. Default: nothing worth a word.

        Raises:
            ClientError: the credentials are not valid, or AWS throttles for longer than a minute.
        """
        try:
            return question()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _DENIED:
                self._refused[action] = f"not allowed{f', so that {about} is not known' if about else ''}"
            elif code in _FATAL or code.startswith("Throttl") or code == "TooManyRequestsException":
                raise
            elif about:
                self._refused[action] = f"{error.response['Error'].get('Message') or code}"
            return otherwise
        except BotoCoreError as error:
            self._refused[action] = str(error)
            return otherwise


_FATAL: Final = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClientException"}
)
