"""Builds the site into build/site, and asks its search what people asked in public: ``make site``."""

import sys

from docs.site.build import SITE, build
from docs.site.search import QUESTIONS, wrong_answers

build()
if wrong := wrong_answers(SITE):
    sys.exit("\n".join(["The search finds another page first:", *wrong]))
print(f"The search finds the right page first for {len(QUESTIONS)} questions.")
