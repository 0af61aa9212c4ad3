"""Rooms, media relay, recording and playback."""
