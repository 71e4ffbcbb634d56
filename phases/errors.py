"""What an action may answer instead of doing something. Pages and API turn these into responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phases.rules.state import Leaf


class ActionError(Exception):
    """Base of all refusals; `code` is stable, for programs, and `str()` is for people."""

    code = "refused"
    status = 422


class NotFound(ActionError):
    """The thing does not exist, or the actor may not see it."""

    code = "not_found"
    status = 404


class Forbidden(ActionError):
    """The actor may see the thing and may not do this to it."""

    code = "forbidden"
    status = 403


class Revoked(ActionError):
    """The token of the actor ended while the request was under way."""

    code = "unauthenticated"
    status = 401


class Invalid(ActionError):
    """A field of the request is missing or wrong; `fields` maps its name to the sentence."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class Refused(ActionError):
    """The rules do not let this pass; `unmet` lists the leaves in the way, if there are any."""

    code = "refused"

    def __init__(self, message: str, unmet: Sequence[Leaf] = ()) -> None:
        super().__init__(message)
        self.unmet = tuple(unmet)


class Conflict(ActionError):
    """Somebody was faster: the slice is at `version` now."""

    code = "conflict"
    status = 409

    def __init__(self, message: str, version: int) -> None:
        super().__init__(message)
        self.version = version


class HandedOff(ActionError):
    """The phase was handed off: nothing of it changes until an admin reopens it."""

    code = "handed_off"
    status = 409


class Mismatch(ActionError):
    """The idempotency key of a report was used before, for another one."""

    code = "idempotency_mismatch"
    status = 409
