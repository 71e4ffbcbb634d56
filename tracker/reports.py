"""Django's technical error pages (only under DEBUG) without machines' tokens and without passwords."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from tracker.hiding import without_tokens


class HidingFilter(SafeExceptionReporterFilter):
    """Honours what is marked as sensitive under DEBUG too: that page is shown to whoever asks."""

    def is_active(self, request: HttpRequest | None) -> bool:
        """Always."""
        return True


class HidingReporter(ExceptionReporter):
    """Masks tokens in the finished page, so that no variable, header or message can carry one out."""

    def get_traceback_html(self) -> SafeString:
        """The page."""
        return mark_safe(without_tokens(super().get_traceback_html()))  # noqa: S308  (escaped by Django before)

    def get_traceback_text(self) -> SafeString:
        """The same for programs."""
        return mark_safe(without_tokens(super().get_traceback_text()))  # noqa: S308  (sent as plain text)
