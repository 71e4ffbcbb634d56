"""People as members of owners, and the tokens of machines."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .plan import Initiative, Owner


class Membership(models.Model):
    """A person who acts for an owner; the owner's slices and those it backs are theirs to move."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    owner = models.ForeignKey(Owner, models.PROTECT, related_name="memberships")

    class Meta:
        ordering = ["owner", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "owner"], name="one_membership_per_owner")]

    def __str__(self) -> str:
        return f"{self.user} of {self.owner}"


class TokenState(models.TextChoices):
    USABLE = "usable"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Token(models.Model):
    """A machine's key. Only a hash is stored; the prefix tells tokens apart in lists and logs.

    Rows are never deleted: the ledger signs with the names of tokens, so a name is given once.
    """

    name = models.CharField(max_length=100, unique=True)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the whole token")
    scopes = models.JSONField(default=list)
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="tokens", null=True, blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> TokenState:
        """What it is worth at this moment."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return TokenState.EXPIRED
        return TokenState.USABLE

    @property
    def is_usable(self) -> bool:
        return self.state == TokenState.USABLE


def usable_at(moment: dt.datetime) -> Q:
    """The condition that is true of the tokens whose `state` is usable at this moment."""
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=moment))
