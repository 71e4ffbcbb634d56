"""Long texts in templates, loaded into all of them: `{% long finding.detail "small" %}`."""

from __future__ import annotations

from django.template import Library

from phases.views import long_texts

register = Library()

register.simple_tag(long_texts.long_element, name="long")
register.simple_tag(long_texts.log_element, name="log")
