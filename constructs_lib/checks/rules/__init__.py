"""The rules, one file each, in rooms by what they are about, as their ids are.

``CHECK1`` placement, ``CHECK2`` shape, ``CHECK3`` networks, ``CHECK4`` lifecycle, ``CHECK5`` reliability, ``CHECK6``
rights and money.
"""

import pkgutil
from functools import cache
from importlib import import_module

from constructs_lib.checks.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by its id."""
    names = (module.name for module in pkgutil.walk_packages(__path__, f"{__name__}.") if not module.ispkg)
    found: list[Rule] = [import_module(name).RULE for name in names]
    return tuple(sorted(found, key=lambda rule: rule.id))
