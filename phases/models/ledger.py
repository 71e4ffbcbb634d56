"""The ledger: what people and machines say happened, append-only and hash-chained per initiative.

`Concern` and `Waiver` hold facts once recorded; their open or closed state is a projection.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from .plan import Initiative, Owner, Phase, Slice


class ConcernKind(models.TextChoices):
    BLOCKER = "blocker"
    CARRY_FORWARD = "carry_forward", "carry-forward"
    WATCHPOINT = "watchpoint"
    RISK = "risk"


class ConcernOutcome(models.TextChoices):
    OPEN = "open"
    RESOLVED = "resolved"
    ACCEPTED = "accepted"
    CARRIED = "carried"


class ActorKind(models.TextChoices):
    PERSON = "person"
    TOKEN = "token"  # noqa: S105
    OPERATOR = "operator"


class Event(models.Model):
    """One ledger entry. Names are kept as text, so that no later rename changes the past.

    `hash` covers the previous hash and everything else, with `before`, `after` and `note` through
    their digests: a text can be redacted and the chain still verifies.
    """

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(help_text="position in the initiative's ledger, from 1")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=40)
    phase = models.CharField(max_length=32, blank=True)
    slice = models.CharField(max_length=32, blank=True)
    target = models.CharField(max_length=600)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    data_digest = models.CharField(max_length=64)
    note_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    redacted = models.BooleanField(default=False, help_text="its texts were taken away; its digests stay")

    class Meta:
        ordering = ["-seq"]
        constraints = [models.UniqueConstraint(fields=["initiative", "seq"], name="one_event_per_seq")]
        indexes = [
            models.Index(fields=["initiative", "phase", "slice", "-seq"], name="events_of_slice"),
            models.Index(fields=["initiative", "phase", "-seq"], name="events_of_phase"),
            models.Index(fields=["initiative", "actor", "-seq"], name="events_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.actor} {self.verb} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A ledger entry is never changed; record a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A ledger entry is never deleted; record a new one.")


class Concern(models.Model):
    """A blocker, carry-forward, watchpoint or risk, with owner and priority."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="concerns")
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="concerns", null=True, blank=True)
    kind = models.CharField(max_length=16, choices=ConcernKind)
    text = models.TextField()
    owner = models.ForeignKey(Owner, models.PROTECT, related_name="concerns", null=True, blank=True)
    priority = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=16, choices=ConcernOutcome, default=ConcernOutcome.OPEN)
    answer = models.TextField(blank=True)
    from_packet = models.BooleanField(
        default=False, help_text="the packet defers it, nobody raised it by hand"
    )
    archived = models.BooleanField(default=False, help_text="the packet no longer names it")
    disposition = models.ForeignKey(
        "Disposition",
        models.PROTECT,
        related_name="watched",
        null=True,
        blank=True,
        help_text="the deferral that this watchpoint belongs to",
    )
    carried_from = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="carried_to",
        null=True,
        blank=True,
        help_text="the concern of an earlier phase that this one goes on from",
    )
    raised_by = models.CharField(max_length=150)
    raised_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ConcernOutcome.values), name="concern_state_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"concern:{self.pk}"


class Waiver(models.Model):
    """One unmet leaf let pass, with its reason, by someone allowed to."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="waivers")
    slice = models.ForeignKey(Slice, models.PROTECT, related_name="waivers", null=True, blank=True)
    key = models.CharField(max_length=600)
    reason = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    active = models.BooleanField(default=True, help_text="until it is withdrawn or the slice is reopened")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "key"], condition=Q(active=True), name="one_active_waiver_per_leaf"
            )
        ]

    def __str__(self) -> str:
        return self.key
