"""The states within the Map states of a fragment."""

from aws_cdk import aws_stepfunctions as sfn


class Nesting:
    """Collects what Map states run, until the states have their final names.

    aws-cdk-lib notes the names of a Map's states when it is told about them: without the prefix of their fragment, they
    would clash with those of the next fragment in the same state machine.
    """

    def __init__(self) -> None:
        self._inside: list[tuple[sfn.Map | sfn.DistributedMap, sfn.IChainable]] = []

    def put(self, state: sfn.Map | sfn.DistributedMap, start: sfn.IChainable) -> None:
        """Put a chain that begins with a state into a Map state."""
        self._inside.append((state, start))

    def name_states(self, fragment: sfn.StateMachineFragment) -> None:
        """Prefix all states of a fragment, then put those inside into their Map states."""
        fragment.prefix_states()
        for state, start in self._inside:
            state.item_processor(start)
