"""One run of a stack, as a person or a test sees it: followed, shown, reported."""
