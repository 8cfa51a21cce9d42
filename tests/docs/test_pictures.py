"""The pictures of docs/pictures.md are those of the definitions as they are now."""

from typing import Any

from docs.pictures import PAGE, redrawn


def test_the_pictures_are_drawn_anew(workflow_definitions: dict[str, Any]) -> None:
    page = PAGE.read_text()
    assert redrawn(page, workflow_definitions) == page, "a definition has changed: draw it with `make pictures`"
