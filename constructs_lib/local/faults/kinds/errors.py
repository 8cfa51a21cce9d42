"""What is said about a fault that cannot be read."""

EXPLAINED = "`constructs-lib local faults` explains every fault and its options."
"""What to do about most mistakes."""


class FaultError(ValueError):
    """A fault, or a plan of faults, is written wrongly.

    Args:
        where: what is wrong: ``reclaim: probability``, ``plan.json: faults[2]``.
        got: the wrong value, as it was written.
        expected: what it should be.
        fix: what to do about it.
    """

    def __init__(self, where: str, got: str, expected: str, fix: str) -> None:
        self.where = where
        self.got = got
        self.expected = expected
        self.fix = fix
        super().__init__(f"{where}: got {got}, expected {expected}. {fix}")

    def within(self, place: str) -> "FaultError":
        """The same error, with the place that it is in in front."""
        return FaultError(f"{place}: {self.where}", self.got, self.expected, self.fix)
