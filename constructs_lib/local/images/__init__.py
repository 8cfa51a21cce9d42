"""Container images: how they are built without an engine, and which program of this machine they stand for."""
