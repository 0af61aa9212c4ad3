"""The API face: the paths of the real platform."""
