"""An environment for each client, below build/clients; ``make clients`` brings them up to date before its tests.

A folder beside this file with a requirements.txt is a client in Python, which gets a virtual environment; those in
JavaScript and TypeScript share the packages of ``node``.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "clients"
NODE = HERE / "node"
_STAMP = "made-of.txt"


def program(client: str, name: str) -> Path:
    """A program in the environment of a client."""
    return BUILD / client / "bin" / name


def make_python(client: Path) -> None:
    """Make the virtual environment of a client, unless it is there for the same requirements and Python."""
    wanted = client / "requirements.txt"
    environment = BUILD / client.name
    if _is_made(environment, made_of := f"{sys.version}\n{wanted.read_text()}"):
        return
    shutil.rmtree(environment, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", wanted], check=True)
    (environment / _STAMP).write_text(made_of)


def make_node() -> None:
    """Install the packages of the clients that run by Node."""
    made_of = hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()
    if not _is_made(NODE / "node_modules", made_of):
        npm = Path(sys.executable).with_name("npm")
        subprocess.run([npm, "ci", "--prefix", NODE, "--silent", "--no-audit", "--no-fund"], check=True)
        (NODE / "node_modules" / _STAMP).write_text(made_of)


def _is_made(environment: Path, made_of: str) -> bool:
    stamp = environment / _STAMP
    return stamp.exists() and stamp.read_text() == made_of


if __name__ == "__main__":
    for requirements in sorted(HERE.glob("*/requirements.txt")):
        make_python(requirements.parent)
    make_node()
