"""Addresses, as the pages name them."""

from phases.paths import Paths

__all__ = ["Paths"]
