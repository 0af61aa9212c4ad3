"""The commands of server.py: each builds what it needs from the configuration and runs it."""
