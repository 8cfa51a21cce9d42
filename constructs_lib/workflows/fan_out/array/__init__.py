"""One array job for the whole list."""
