"""The way of jobs to a file system: who may open connections to it."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.rules import Rule


class Reach:
    """Opens the security group of a file system, and knows whether anybody can reach it.

    Args:
        file_system: with the port that it listens on.
        description: of the rules.
        back: ports on which it calls its clients. Default: it does not.
    """

    def __init__(self, file_system: ec2.IConnectable, description: str, back: ec2.Port | None = None) -> None:
        self._connections = file_system.connections
        self._description = description
        self._back = back
        self._anybody = False

    def open_to(self, clients: Sequence[ec2.IConnectable]) -> None:
        """Let clients in, and let them be called back."""
        for client in clients:
            self._connections.allow_default_port_from(client, self._description)
            if self._back:
                self._connections.allow_to(client, self._back, self._description)
            self._anybody = True

    def check(self, place: ArgumentPath, file_system: str) -> None:
        """Refuse a job that could not mount its file system, and would fail before its program starts."""
        if not self._anybody:
            raise Rule.FILE_SYSTEM_CLIENTS.error(
                place,
                got=f"{file_system}, which accepts no connections",
                expected="a job mounts a file system over the network of its compute environment",
                fix="Pass the compute environments as clients, or call allow_from, before you make the job.",
            )
