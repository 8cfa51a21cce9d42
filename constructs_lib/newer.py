"""What only newer versions of aws-cdk-lib have, and says so: all else works with the oldest that is supported."""

from typing import Final

SINCE: Final = {
    "BatchChecks": "2.251",
    "ManagedInstancesComputeEnvironment": "2.268",
    "RateLimit": "2.273",
    "S3FilesStorage": "2.250",
}
"""Public names that older versions of aws-cdk-lib have nothing for, and the first version that has."""

NVIDIA_IMAGE_TYPE: Final = "2.249"
"""The first version that has ``EcsMachineImageType.ECS_AL2023_NVIDIA``."""


def installed() -> str:
    """The version of aws-cdk-lib that is installed."""
    from importlib.metadata import version  # noqa: PLC0415 - not for names that any version has

    return version("aws-cdk-lib")


def check_newer(name: str) -> None:
    """Tell, before a public name is imported, that aws-cdk-lib is too old for it.

    Raises:
        ImportError: it is; the message has the version that is needed, and the command that installs it.
    """
    if name not in SINCE:
        return
    needed, found = SINCE[name], installed()
    if _parts(found) < _parts(needed):
        raise ImportError(
            f"constructs_lib.{name} needs aws-cdk-lib {needed} or later, and {found} is installed: "
            f"{command(needed)}. All else in this library works with it."
        )


def command(needed: str) -> str:
    """The command that installs at least this version."""
    return f"pip install --upgrade 'aws-cdk-lib>={needed},<3'"


def _parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])
