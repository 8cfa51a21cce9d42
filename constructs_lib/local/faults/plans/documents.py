"""Plans of faults as JSON files and as options of a command.

A file is ``{"seed": 7, "faults": [{"kind": "reclaim", "job": "*", "index": 3, "attempt": 1}]}``; without ``seed`` it
is 0.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from constructs_lib.local import json_texts
from constructs_lib.local.faults.kinds.errors import FaultError
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.kinds.forms import from_json, from_text, to_json
from constructs_lib.local.faults.plans.plan import FaultPlan

_EXAMPLE = '{"seed": 7, "faults": [{"kind": "reclaim", "index": 3}]}'
_FILE_MARK = "@"


def read_plan(path: Path) -> FaultPlan:
    """Read a plan from a JSON file.

    Raises:
        FaultError: the file is not there, or is no plan.
    """
    try:
        document = json_texts.parse(path.read_bytes())
    except OSError as error:
        raise FaultError(str(path), error.strerror or str(error), "a file", "Name one that can be read.") from None
    except (json_texts.JsonTextError, ValueError) as error:
        raise FaultError(str(path), f"no JSON ({error})", _EXAMPLE, "Correct the file.") from None
    return plan_from_json(document, str(path))


def plan_from_json(document: Any, where: str = "plan") -> FaultPlan:
    """Make a plan of what `plan_to_json` makes.

    Args:
        document: the JSON value.
        where: what errors call it.

    Raises:
        FaultError: it is no plan.
    """
    if not isinstance(document, dict) or not isinstance(document.get("faults"), list):
        raise FaultError(where, json.dumps(document, default=repr), _EXAMPLE, "Write an object with a list `faults`.")
    unknown = sorted(document.keys() - {"seed", "faults"})
    if unknown:
        raise FaultError(where, f"member {unknown[0]!r}", "seed and faults", "Remove it.")
    seed = document.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise FaultError(f"{where}: seed", json.dumps(seed), "a whole number", "Change the value.")
    return FaultPlan(
        [_fault(entry, f"{where}: faults[{at}]") for at, entry in enumerate(document["faults"])], seed=seed
    )


def plan_to_json(plan: FaultPlan) -> dict[str, Any]:
    """Make the JSON object of a plan."""
    return {"seed": plan.seed, "faults": [to_json(fault) for fault in plan.faults]}


def plan_from_options(options: Iterable[str], seed: int | None = None) -> FaultPlan | None:
    """Make a plan of the options of a command, each a fault in the short form or ``@file``.

    Args:
        options: the faults, in order.
        seed: the seed. Default: that of the files, or 0.

    Returns:
        The plan, None for no options.

    Raises:
        FaultError: an option is no fault, or files have different seeds and none was given.
    """
    faults: list[Fault] = []
    seeds: set[int] = set()
    for option in options:
        if option.startswith(_FILE_MARK):
            plan = read_plan(Path(option.removeprefix(_FILE_MARK)))
            faults += plan.faults
            seeds.add(plan.seed)
        else:
            faults.append(from_text(option))
    if not faults:
        return None
    if seed is None and len(seeds) > 1:
        seen = " and ".join(str(item) for item in sorted(seeds))
        raise FaultError("seed", f"{seen}, of several files", "one seed", "Give --fault-seed.")
    return FaultPlan(faults, seed=seed if seed is not None else next(iter(seeds), 0))


def _fault(entry: Any, where: str) -> Fault:
    try:
        return from_json(entry)
    except FaultError as error:
        raise error.within(where) from None
