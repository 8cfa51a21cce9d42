"""The app that is run: its synthesis, its cloud assembly, and its deployment."""
