"""The one error that wrong arguments raise."""


class ConfigurationError(ValueError):
    """A construct got an argument that AWS would refuse, or that would never run.

    Raised while the app is being built, so that a mistake is seen before anything is deployed.

    Args:
        code: stable identifier of the rule, such as ``BATCH006``; search the docs for it.
        where: the construct or parameter in the caller's words, such as ``JobQueue 'Stack/Bulk'``.
        got: what was passed, in words or as a literal.
        expected: the rule, as a clause: ``AWS Batch allows 3 per queue``.
        fix: what to do about it, as a sentence.
    """

    def __init__(self, *, code: str, where: str, got: str, expected: str, fix: str) -> None:
        self.code = code
        self.where = where
        self.got = got
        self.expected = expected
        self.fix = fix
        super().__init__(f"{where}: got {got}, {expected} ({code}). {fix}")
