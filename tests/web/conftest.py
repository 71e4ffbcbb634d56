"""The standing cast."""

from tests.cast import *  # noqa: F403
