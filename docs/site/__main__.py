"""Builds the site into build/site: ``make site``."""

from docs.site.build import build

build()
