"""The child that makes a part of a film, as hurried as its test: other tests leave no idle time."""

import sys

from webrtc.montage.child import work

if __name__ == "__main__":
    sys.exit(work())
