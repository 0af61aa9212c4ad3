"""The trade itself: cases, meetings, agreements, people and places.  Pure Python, no I/O."""
