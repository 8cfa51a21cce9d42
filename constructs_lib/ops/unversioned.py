"""Fan-outs of a constructs-lib before the protocol had a version: their first state puts out nothing about them.

They bear the names of version 1 and find their request by the names of their states. What they do not say is whether
they look for one, which is seen by the word in their states. Machines that were deployed by such a version are rerun
until constructs-lib 1.0; then this module goes, and a fan-out that says nothing runs as a whole.
"""

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.core.protocol import FIELD, PLAN_JOBS, READ_ITEMS, state_name


def looks_for_request(name: str, states: Mapping[str, Any]) -> bool:
    """Whether a fan-out runs only the items that the input of an execution asks for.

    Args:
        name: of the fan-out.
        states: of its state machine, by name.
    """
    return FIELD in json.dumps([states.get(state_name(name, state)) for state in (READ_ITEMS, PLAN_JOBS)])
