"""Moments and sizes in templates, loaded into all of them: `{% ago one.at %}`, `{% due one.at "warn" %}`."""

from __future__ import annotations

from django.template import Library

from phases.views import sizes, times

register = Library()

register.simple_tag(times.ago_element, name="ago")
register.simple_tag(times.since_element, name="since")
register.simple_tag(times.due_element, name="due")
register.simple_tag(times.exact_element, name="exact")
register.simple_tag(times.second_element, name="second")
register.simple_tag(times.day_element, name="day")
register.filter("size", sizes.size_of)
