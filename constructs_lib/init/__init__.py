"""A new project with one pipeline in it, written from the files in ``templates``: the user's own from then on."""
