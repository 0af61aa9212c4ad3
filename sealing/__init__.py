"""Files that only the key opens; knows nothing of ours."""
