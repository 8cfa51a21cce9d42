"""HTTP on a port of this machine, in front of a WSGI application."""

from constructs_lib.local.server.serving import HOST, PortInUseError, Server

__all__ = ["HOST", "PortInUseError", "Server"]
