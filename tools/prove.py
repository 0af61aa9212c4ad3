"""Run a long proof and keep its report in docs/proofs: ``make prove PART=name``."""

import sys

from tools.parts import PROVE, run

if __name__ == "__main__":
    sys.exit(run(PROVE, sys.argv[1:]))
