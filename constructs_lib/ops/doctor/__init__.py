"""Whether this machine and an account have what pipelines need."""

from collections.abc import Sequence

from constructs_lib.ops.account import Account
from constructs_lib.ops.doctor.account import (
    check_bootstrap,
    check_environments,
    check_identity,
    check_queues,
    environments_there,
)
from constructs_lib.ops.doctor.checks import Check, Verdict, guarded
from constructs_lib.ops.doctor.quotas import check_quotas
from constructs_lib.ops.doctor.this_machine import check_this_machine

__all__ = ["Check", "Verdict", "examine"]


def examine(account: Account) -> list[Check]:
    """Look at all that keeps pipelines from being deployed or jobs from starting.

    What cannot be asked for, as without a right, is not known, and everything else is told all the same.

    Args:
        account: the account and region, or the embedded AWS, to look at.
    """
    identity = check_identity(account)
    found = [identity, *check_this_machine()]
    if identity.verdict is Verdict.BROKEN:
        return [*found, Check("account", Verdict.UNKNOWN, "it was not asked: the credentials come first")]
    found += guarded("bootstrap", lambda: check_bootstrap(account))

    def environments() -> Sequence[Check]:
        there = environments_there(account)
        return [*check_environments(there), *guarded("quotas", lambda: check_quotas(account, there))]

    return [*found, *guarded("job queues", lambda: list(check_queues(account))), *guarded("environments", environments)]
