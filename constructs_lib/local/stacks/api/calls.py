"""The calls of CloudFormation's API by name."""

from collections.abc import Callable, Mapping
from typing import Any

from constructs_lib.local.stacks.api import change_set_calls, reading_calls, stack_calls, template_calls
from constructs_lib.local.stacks.api.desk import Desk

Call = Callable[[Desk, Mapping[str, Any]], dict[str, Any]]

CALLS: dict[str, Call] = {
    **change_set_calls.CALLS,
    **reading_calls.CALLS,
    **stack_calls.CALLS,
    **template_calls.CALLS,
}
