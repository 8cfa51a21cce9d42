"""What a process on this machine sees of the developer's environment: what no program can do without.

A container sees nothing of it. Credentials, tokens, proxies and profiles are the developer's, and stay with them.
"""

import os
import sys
from pathlib import Path

_NAMES = ("LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "AWS_CA_BUNDLE")
"""How texts and times look, and whom TLS trusts."""


def inherited() -> dict[str, str]:
    """Language, time zone and certificates, and a PATH that begins with the Python that runs us."""
    found = {name: os.environ[name] for name in _NAMES if name in os.environ}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**found, "PATH": path}
