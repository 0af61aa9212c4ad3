"""Run a benchmark and keep its report in docs/proofs: ``make bench PART=name``."""

import sys

from tools.parts import BENCH, run

if __name__ == "__main__":
    sys.exit(run(BENCH, sys.argv[1:]))
