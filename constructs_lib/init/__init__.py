"""A new project with one pipeline, or one more pipeline for an app that exists: the user's own from then on.

It is written from the files in ``templates``.
"""
