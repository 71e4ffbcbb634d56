"""From a sent form to an answer: done, refused with its reasons, or overtaken by somebody else.

Every verb goes through `answered`. Nothing typed is lost: what was refused comes back in its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from phases.errors import ActionError, Conflict, Forbidden, HandedOff, Invalid, NotFound, Refused
from phases.forms import VerbForm
from phases.models import Event, Phase
from phases.permissions import Actor

from .base import Request
from .paths import Paths
from .places import Unmet, placed
from .words import ECHOES, Entry, entry

LOOKED_BACK = 50
"""Ledger entries of a slice that are searched for what somebody else did meanwhile."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of an answer: where it sends the form."""

    label: str
    url: str
    is_main: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says on top of itself after a verb."""

    status: int
    heading: str
    message: str = ""
    unmet: Sequence[Unmet] = ()
    since: Sequence[Entry] = ()
    form: VerbForm | None = None
    choices: Sequence[Choice] = ()
    errors: Sequence[str] = ()
    about: str = ""
    """What the form speaks of, where its fields do not say it: a finding, a concern, a gate."""

    @property
    def tone(self) -> str:
        return {200: "done", 409: "conflict"}.get(self.status, "refused")


@dataclass(frozen=True, slots=True)
class Asked:
    """One verb as a view received it: the form, what to do with it, and where to answer."""

    phase: Phase
    form: VerbForm
    run: Callable[[Mapping[str, Any]], str]
    """Does it, and answers the sentence that says so."""
    label: str
    code: str = ""
    choices: Callable[[], Sequence[Choice]] | None = None
    """Ways on that are possible after a conflict; the same verb again if left out."""
    overtaken: Callable[[Sequence[Entry]], tuple[str, str]] | None = None
    """Heading and sentence after a conflict that kept no text, from what was done meanwhile."""
    about: str = ""
    """What it is done to, in words, where that is not the slice alone."""


Respond = Callable[[Request, Answer | None], HttpResponse]


def answered(request: Request, asked: Asked, respond: Respond, home: str) -> HttpResponse:
    """Run the verb. `respond` renders the page it came from, `home` is that page's address."""
    try:
        said = asked.run(_cleaned(asked.form))
    except (Forbidden, NotFound):
        raise
    except ActionError as error:
        answer = refusal(error, asked, request.path, request.actor)
        return respond(request, replace(answer, about=asked.about))
    if request.htmx:
        return respond(request, Answer(200, said))
    messages.success(request, said)
    return redirect(home)


def _cleaned(form: VerbForm) -> Mapping[str, Any]:
    if not form.is_valid():
        raise Invalid({name: " ".join(map(str, found)) for name, found in form.errors.items()})
    return form.cleaned_data


def refusal(error: ActionError, asked: Asked, url: str, actor: Actor) -> Answer:
    """The answer to an action's refusal."""
    again = (Choice(asked.label, url),)
    match error:
        case Conflict():
            return _overtaken(error, asked, again)
        case Invalid():
            errors = _with_errors(asked.form, error)
            return Answer(422, "Not saved yet", form=asked.form, choices=again, errors=errors)
        case Refused() if error.unmet:
            heading, message = "This is not possible yet", str(error).split(":")[0] + "."
            mine = actor.handles_in(asked.phase.initiative_id)
            unmet = placed(error.unmet, Paths(asked.phase.initiative.slug), asked.phase.code, mine)
            return Answer(422, heading, message, unmet, form=_typed(asked.form), choices=again)
        case HandedOff():
            heading = f"Phase {asked.phase.code} was handed off"
            return Answer(409, heading, str(error), form=_typed(asked.form), choices=again)
    return Answer(error.status, "This is not possible", str(error), form=_typed(asked.form), choices=again)


def _typed(form: VerbForm) -> VerbForm | None:
    """The form, if something was typed into it that must not get lost."""
    return form if any(field.value() for field in form.visible_fields()) else None


def _with_errors(form: VerbForm, error: Invalid) -> list[str]:
    """Put each sentence beside its field; answers those whose field is hidden or unknown."""
    elsewhere = []
    for name, sentence in error.fields.items():
        if name not in form.fields or form[name].is_hidden:
            elsewhere.append(sentence)
        elif not form.has_error(name):
            form.add_error(name, sentence)
    return elsewhere


def _overtaken(error: Conflict, asked: Asked, again: Sequence[Choice]) -> Answer:
    since = entries_since(asked.phase, asked.code, int(asked.form.cleaned_data["version"]))
    if asked.overtaken and _typed(asked.form) is None:
        heading, message = asked.overtaken(since)
        return Answer(409, heading, message, since=since)
    data = asked.form.sent.copy()
    data["version"] = str(error.version)
    return Answer(
        409,
        f"Somebody was faster with {asked.code}",
        str(error),
        since=since,
        form=type(asked.form)(data),
        choices=asked.choices() if asked.choices else again,
    )


def entries_since(phase: Phase, code: str, version: int) -> list[Entry]:
    """What was done to a slice since its `version`, oldest first; one query."""
    events = Event.objects.filter(initiative_id=phase.initiative_id, phase=phase.code, slice=code)
    found: list[Entry] = []
    follows = False
    for event in events.order_by("-seq")[:LOOKED_BACK]:
        reached = event.after.get("version")
        if reached is not None and reached <= version:
            break
        if event.verb not in ECHOES and (reached is not None or follows):
            found.append(entry(event))
        # An echo says that the entry before it changed the version.
        follows = event.verb in ECHOES
    return found[::-1]
