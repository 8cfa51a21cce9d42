"""Fan-outs of versions of constructs-lib before the protocol had a version, whose first state has no identity.

Their states have the names of version 1. Whether they support requests is determined by the name of the field for
requests in their states. State machines that were deployed by such a version can be rerun until constructs-lib 1.0;
then this module is removed, and a fan-out without an identity runs as a whole.
"""

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.core.protocol import FIELD, PLAN_JOBS, READ_ITEMS, state_name


def looks_for_request(name: str, states: Mapping[str, Any]) -> bool:
    """Whether a fan-out supports requests for some items in the input of an execution.

    Args:
        name: of the fan-out.
        states: of its state machine, by name.
    """
    return FIELD in json.dumps([states.get(state_name(name, state)) for state in (READ_ITEMS, PLAN_JOBS)])
