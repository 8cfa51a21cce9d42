"""Storage for jobs: what a container can read and write besides its image, with the rights and the way to it."""
