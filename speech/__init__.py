"""Voices: made playable, written down, and read aloud; each in a child process with limits."""
