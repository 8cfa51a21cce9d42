"""Asks AWS again and again for something that takes long, through throttling and a network that is away for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.ops.account import explained, is_expired, is_transient
from constructs_lib.ops.errors import OperationError

_AGAIN: Final = 5.0
_LONGEST: Final = 600.0
"""As many seconds nothing may be heard of AWS."""

_Answer = TypeVar("_Answer")


@dataclass
class Patience:
    """Makes calls that read, and waits where AWS gives no answer at the moment.

    Args:
        what: is followed, and runs on whatever happens here.
        go_on: the command that goes on when credentials have expired.
        on_trouble: gets why there is no answer, in one line.
        pause: waits so many seconds, or raises what ends the wait.
    """

    what: str
    go_on: str
    on_trouble: Callable[[str], None] = lambda _: None
    pause: Callable[[float], None] = time.sleep
    _heard: float = field(default_factory=time.monotonic, init=False)

    def ask(self, look: Callable[[], _Answer]) -> _Answer:
        """Call a function until it gives an answer.

        Raises:
            OperationError: the credentials have expired.
            botocore.exceptions.ClientError: AWS refuses, or has not answered for ten minutes.
        """
        while True:
            try:
                answer = look()
            except (BotoCoreError, ClientError) as error:
                self._bear(error)
            else:
                self._heard = time.monotonic()
                return answer

    def _bear(self, error: BotoCoreError | ClientError) -> None:
        if is_expired(error):
            raise OperationError(
                f"the credentials have expired, and {self.what} runs on: renew them, as by `aws sso login`, and go on "
                f"with `{self.go_on}`"
            ) from None
        if not is_transient(error) or time.monotonic() - self._heard > _LONGEST:
            raise error
        self.on_trouble(f"{explained(error)}: looking again in {_AGAIN:g} s")
        self.pause(_AGAIN)
