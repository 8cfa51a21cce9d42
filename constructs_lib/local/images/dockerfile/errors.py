"""The one error that a Dockerfile raises."""


class DockerfileError(Exception):
    """A Dockerfile that no engine would build, or whose image could not run.

    Args:
        where: the file, and the line if it is about one.
        got: what is there.
        expected: the rule, as a clause.
        fix: what to do about it, as a sentence.
    """

    def __init__(self, where: str, got: str, expected: str, fix: str) -> None:
        super().__init__(f"{where}: got {got}, {expected}. {fix}")
