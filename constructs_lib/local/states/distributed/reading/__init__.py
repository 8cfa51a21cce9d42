"""Where the items of a map run come from."""
