"""The option --unconfined: processes are confined unless it is given."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.cli import main


@pytest.mark.parametrize(("words", "confined"), [([], True), (["--unconfined"], False)])
@pytest.mark.parametrize("command", ["up", "run"])
def test_it_is_told_to_the_embedded_aws(
    command: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, confined: bool
) -> None:
    def make(_: Path, **options: Any) -> Any:
        made.append(options["confined"])
        raise InterruptedError

    made: list[bool] = []
    monkeypatch.setattr("constructs_lib.local.aws.EmbeddedAws", make)
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Jobs": stack}}))
    (tmp_path / "t.json").write_text("{}")
    where = ["Jobs", "--assembly", str(tmp_path), "--items", "-"] if command == "run" else []
    result = CliRunner().invoke(main, ["local", command, *where, "--output", str(tmp_path / "o"), *words], input="[]")
    assert isinstance(result.exception, InterruptedError), result.output
    assert made == [confined]
