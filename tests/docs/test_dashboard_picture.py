"""The picture of a dashboard is that of its definition."""

from pathlib import Path
from xml.etree import ElementTree as ET

from constructs_lib.testing import read_templates
from docs.dashboard_picture import FILE, body_of, drawn


def test_the_picture_is_drawn_from_the_dashboard(examples_assembly: Path) -> None:
    body = body_of(read_templates(examples_assembly)["Monitored"])
    assert FILE.read_text() == drawn(body), "the dashboard has changed: draw it with `make pictures`"


def test_it_shows_every_widget_by_its_title(examples_assembly: Path) -> None:
    body = body_of(read_templates(examples_assembly)["Monitored"])
    # Our own file, which names no other.
    texts = {element.text for element in ET.fromstring(FILE.read_text()).iter()}  # noqa: S314
    titles = {widget["properties"]["title"] for widget in body["widgets"] if "title" in widget["properties"]}
    assert titles <= texts
