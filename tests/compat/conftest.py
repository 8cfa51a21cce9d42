"""One assembly of the two apps for all tests here."""

from pathlib import Path

import pytest
from aws_cdk import App

from tests.compat.our_objects import OurObjects
from tests.compat.their_objects import TheirObjects


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("compat")
    app = App(analytics_reporting=False, outdir=str(directory))
    TheirObjects(app, "TheirObjects")
    OurObjects(app, "OurObjects")
    app.synth()
    return directory
