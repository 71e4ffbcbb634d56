"""Handoffs with the documents they wrote, and the inventories of packet folders. Only ever added."""

from __future__ import annotations

from django.db import models

from .plan import Initiative, Phase


class Handoff(models.Model):
    """The act that closed a phase on its readiness and froze it."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="handoffs")
    number = models.PositiveIntegerField(help_text="counts the handoffs of the phase, from 1")
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    seq = models.PositiveIntegerField(help_text="its ledger entry")
    reopened = models.PositiveIntegerField(default=0, help_text="the ledger entry that ended it, or 0")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["phase", "number"], name="one_handoff_per_number")]

    def __str__(self) -> str:
        return f"handoff {self.number} of {self.phase}"


class HandoffDocument(models.Model):
    """One document as the handoff wrote it. It goes where a text in it is redacted; its digest stays."""

    handoff = models.ForeignKey(Handoff, models.PROTECT, related_name="documents")
    name = models.CharField(max_length=200)
    content = models.TextField()
    sha256 = models.CharField(max_length=64, help_text="of the content in UTF-8 as it was written")
    size = models.PositiveIntegerField(help_text="bytes of the content in UTF-8")
    redacted = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["handoff", "name"], name="one_document_per_name")]

    def __str__(self) -> str:
        return self.name


class Inventory(models.Model):
    """What one packet folder holds: its documents, routes and decisions. Immutable; the last one counts."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="inventories")
    number = models.PositiveIntegerField(help_text="counts the inventories of the initiative, from 1")
    folder = models.CharField(max_length=255)
    # Text, not JSONField: it is read and written whole, and its digest is in the ledger.
    data = models.TextField(help_text="documents, routes, decisions and problems, as canonical JSON")
    sha256 = models.CharField(max_length=64, help_text="of the data in UTF-8")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    seq = models.PositiveIntegerField(help_text="its ledger entry")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "number"], name="one_inventory_per_number")
        ]

    def __str__(self) -> str:
        return f"inventory {self.number} of {self.initiative}"
