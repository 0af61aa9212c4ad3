"""The relay engine: one small interface, and the engine in Python behind it."""
