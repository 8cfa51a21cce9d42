"""Which programs a launcher has started, also while they end."""

import os
import subprocess
import sys
from typing import Any

import pytest

from constructs_lib.local.confinement import members

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


def test_the_children_of_a_process_are_found() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert str(child.pid) in members._children(str(os.getpid()))
        child.kill()


def test_a_process_that_ends_while_it_is_looked_at_has_no_children(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(path: Any, *_: Any) -> Any:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(os, "scandir", ended)
    assert members._children(str(os.getpid())) == []
    assert members.members(os.getpid()) == []
