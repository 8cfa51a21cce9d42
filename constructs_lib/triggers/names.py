"""Names of executions, in JSONata: readable in the console, and the same whenever the same comes again.

A name has up to 80 characters, here letters, digits, hyphens and underscores: a part that can be read, and a hash of
what came and of the starter, because two triggers may start the same state machine for the same thing.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

from typing import Final

_READABLE: Final = 40
_HASH: Final = 32


def execution_name(readable: str, identity: str) -> str:
    """The JSONata of a name.

    Args:
        readable: JSONata for a text that says what came; its end is kept.
        identity: JSONata for a text that is the same whenever the same comes, and differs from everything else.
    """
    plain = f"$replace({readable}, /[^0-9A-Za-z_-]+/, '-')"
    # A name that begins with a hyphen would be an option to those who paste it into a command.
    end = f"$replace($substring({plain}, -{_READABLE}), /^[-_]+/, '')"
    digest = f"$substring($hash($states.context.StateMachine.Id & ' ' & ({identity}), 'SHA-256'), 0, {_HASH})"
    return f"($end := {end}; ($end = '' ? '' : $end & '-') & {digest})"
