"""HTTP on a port of this machine, in front of a WSGI application."""

from constructs_lib.local.server.serving import HOST, Port, PortInUseError, Server

__all__ = ["HOST", "Port", "PortInUseError", "Server"]
