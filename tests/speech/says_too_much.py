"""A child that writes far more than the pipe to its parent holds."""

import sys

sys.stdout.buffer.write(bytes(5_000_000))
