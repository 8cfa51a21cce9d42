"""Array jobs one after another, item by item."""
