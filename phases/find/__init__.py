"""Finding things by a few letters: codes, words of titles, names, with a typo or two. Knows no Django."""

from .index import Index, Row
from .matching import KINDS, Found, Near, find

__all__ = ["KINDS", "Found", "Index", "Near", "Row", "find"]
