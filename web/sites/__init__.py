"""The pages of staff, of residents, and of strangers with a code."""
