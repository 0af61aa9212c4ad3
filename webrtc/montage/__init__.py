"""The film in which everybody is seen side by side, made from the journals after the meeting."""
