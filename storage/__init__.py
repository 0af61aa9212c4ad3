"""Rows, repositories, migrations, due rows, durable jobs and objects."""
