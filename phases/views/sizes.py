"""Sizes in words."""

from __future__ import annotations

import re

from django.template.defaultfilters import filesizeformat


def size_of(count: int) -> str:
    """A number of bytes as people read it: `8.6 MiB`, for 1 MiB is 1,048,576 bytes and no million."""
    return re.sub(r"([KMGTP])B$", r"\1iB", filesizeformat(count))
