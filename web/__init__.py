"""The JSON API, the pages and their static files."""
