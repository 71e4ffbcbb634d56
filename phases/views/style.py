"""The style page: every part that pages are built from, in each of its states, in both themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse

from . import style_samples as samples
from .base import Request, page, render


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing: its name, when to use it, and the template that shows its states."""

    name: str
    when: str

    @property
    def key(self) -> str:
        """Its name as part of an address."""
        return self.name.lower().replace(" ", "-")

    @property
    def template(self) -> str:
        """In the folder `style`."""
        return f"style/_{self.key.replace('-', '_')}.html"


GROUPS: Sequence[tuple[str, Sequence[Part]]] = (
    (
        "Reading",
        (
            Part(
                "Headings and text",
                "One h1 for a page, an h2 for a card, an h3 within one; quiet for what explains.",
            ),
            Part(
                "Links", "Underlined in running text, plain where a list makes clear that it leads somewhere."
            ),
            Part("Code", "Names of files, commands, commits and keys, as they are typed."),
        ),
    ),
    (
        "Doing",
        (
            Part(
                "Buttons", "At most one primary button beside a thing; danger for what cannot be taken back."
            ),
            Part("Fields", "A label above, a hint below, and the error in its place with what to do."),
            Part("Choices", "Filters narrow a list by its address; chips can be taken away one by one."),
            Part("Folds", "A verb that needs a reason opens in place; long lists fold with their number."),
        ),
    ),
    (
        "Standing",
        (
            Part("Statuses", "How a slice stands: icon, word and colour, and colour only while it matters."),
            Part(
                "Badges", "What a gate, a review, a finding or a requirement shows; the icon is never alone."
            ),
            Part("Verdicts", "Of a phase, once on a page, at its top."),
            Part("Tags", "A word about a thing that asks for nothing; coloured only if it does."),
            Part("Progress", "One piece for each slice, in their order."),
            Part("Order of work", "The slices of a phase by what needs what; redundant edges are left out."),
        ),
    ),
    (
        "Answering",
        (
            Part("Notices", "What was done or holds for the whole page."),
            Part("Answers", "A refusal, where the verb was used: what happened, why, and the way on."),
            Part("Empty states", "What would stand here, and how it comes to."),
            Part(
                "Notes in the corner",
                "What others did while the page stood open; it moves nothing and goes by itself.",
            ),
            Part(
                "Dialogs",
                "Over the page, opened by a key and closed by Escape; never for a question of yes or no.",
            ),
        ),
    ),
    (
        "Holding",
        (
            Part("Cards", "One subject each; the head names it and leads to all of it."),
            Part("Tables", "Rows that are compared; on a telephone each row becomes a small card."),
            Part("Lists", "What waits and what happened, a line each; facts beside their names."),
            Part("Differences", "Text that was added or removed, with its sign."),
        ),
    ),
)


def verb_for(*, debug: bool) -> str:
    """Where the tracker is worked on anybody may look, elsewhere admins."""
    return "see" if debug else "administer"


@page(verb_for(debug=settings.DEBUG))
def show(request: Request) -> HttpResponse:
    """All of it; nothing on it is of an initiative, and its forms lead nowhere."""
    context = {
        "groups": GROUPS,
        "looks": samples.looks(),
        "tokens": samples.tokens(),
        "statuses": samples.STATUSES,
        "badges": {
            "Gates": samples.GATES,
            "Reviews and decisions": samples.REVIEWS,
            "Severities": samples.SEVERITIES,
            "Findings": samples.FINDINGS,
            "Criteria": samples.CRITERIA,
            "Requirements": samples.REQUIREMENTS,
        },
        "verdicts": samples.PHASES,
    }
    return render(request, "style/page.html", "", context)
