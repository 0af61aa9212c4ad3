"""The JSON API: every action of the pages, described by OpenAPI 3.1."""
