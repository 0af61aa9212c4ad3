"""The one script that stands in every page: it must be there before anybody presses."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

TEXT = Path(__file__).with_name("early.js").read_text("utf-8")

#: For the templates; it is ours and holds nothing of anybody's.
SCRIPT = Markup(TEXT)  # noqa: S704  # read from our own file

#: For the content security policy (CSP 3, section 2.3.1): these characters and no others.
SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(TEXT.encode()).digest()).decode()}'"
