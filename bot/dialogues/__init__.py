"""One dialogue per file: what a resident can talk about with the bot."""
