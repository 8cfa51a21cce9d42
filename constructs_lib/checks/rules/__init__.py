"""The rules, one file each, named by what they are about.

Their ids begin with what they are about: ``CHECK1`` placement, ``CHECK2`` shape, ``CHECK3`` network, ``CHECK4``
lifecycle, ``CHECK5`` reliability, ``CHECK6`` rights and money.
"""

import pkgutil
from functools import cache
from importlib import import_module

from constructs_lib.checks.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by its id."""
    names = (f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__))
    found: list[Rule] = [import_module(name).RULE for name in names]
    return tuple(sorted(found, key=lambda rule: rule.id))
