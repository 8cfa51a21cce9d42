"""The time by which the embedded AWS lives: real, or virtual."""
