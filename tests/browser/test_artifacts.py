"""Documents in a real browser: attaching with and without script, anchors, forms filled in, no barrier."""

import pytest
from playwright.sync_api import expect

from phases.actions.artifacts import attach_artifact
from phases.models import ArtifactVersion, Disposition
from phases.permissions import OPERATOR
from tests.web.reviews import CREW, observatory, someone

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
F = "/initiatives/observatory/phases/F/"
PATH = "docs/F4_REVIEW_DISPOSITION.md"
REVIEW = """\
# Review

A paragraph
whose second line says <b>bold</b>.

| Slice | Owner |
|:-:|-:|
| F1 | @dome |

![Dome](https://elsewhere.example/dome.png)

## Findings
1. High: The dome has no brake src/dome/m.c:4

## Gates
- `make dome` -> pass

## Disposition
`not_ready`
"""


@pytest.fixture
def phase(db):
    return observatory("F1", "F3", "F4")


@pytest.fixture
def lena(phase):
    return someone("lena", "lead", member_of=CREW)


@pytest.fixture
def rob(phase):
    return someone("rob", "reviewer")


def put(phase, content=REVIEW):
    """Attach it and answer the address of its page."""
    row = attach_artifact(actor=OPERATOR, phase=phase, path=PATH, content=content).version
    return f"{F}artifacts/{row.pk}/"


def file_of(name, content):
    return {"name": name, "mimeType": "text/plain", "buffer": content}


@pytest.mark.parametrize("script", [True, False])
def test_document_is_attached_as_a_file(browser_as, lena, script):
    tab = browser_as(lena, java_script_enabled=script)
    tab.goto(f"{F}documents/")
    tab.get_by_text("Attach it").first.click()
    line = tab.locator("#asked-1")
    line.get_by_label("A file").set_input_files(file_of("HEAT.md", b"state: deferred\n"))
    line.get_by_role("button", name="Attach").click()
    expect(tab.get_by_text("Version 1 of HEAT.md is attached.")).to_be_visible()
    expect(tab.get_by_role("link", name="says deferred")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_binary_file_is_refused_with_the_remedy(browser_as, lena, script):
    tab = browser_as(lena, java_script_enabled=script)
    tab.goto(f"{F}documents/")
    card = tab.get_by_role("region", name="Attach a document")
    card.get_by_label("A file").set_input_files(file_of("dome.png", b"\x89PNG\0"))
    card.get_by_role("button", name="Attach").click()
    expect(tab.get_by_text("keep it where it is, and attach its address")).to_be_visible()
    assert not ArtifactVersion.objects.exists()


def test_facts_lead_to_their_lines(browser_as, phase, rob):
    tab = browser_as(rob)
    tab.goto(put(phase))
    tab.get_by_role("link", name="line 13").first.click()
    expect(tab.locator("#L13")).to_be_in_viewport()
    assert tab.evaluate("document.querySelector(':target').textContent").startswith("High: The dome")
    expect(tab.locator("#L4")).to_have_count(1)


def test_nothing_is_loaded_from_elsewhere(browser_as, phase, rob):
    asked = []
    tab = browser_as(rob)
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(put(phase))
    expect(tab.get_by_text("Image: Dome (https://elsewhere.example/dome.png)")).to_be_visible()
    expect(tab.get_by_text("says <b>bold</b>.")).to_be_visible()
    assert not [url for url in asked if "elsewhere" in url]


@pytest.mark.parametrize("script", [True, False])
def test_round_is_recorded_from_a_document(browser_as, phase, rob, script):
    tab = browser_as(rob, java_script_enabled=script)
    tab.goto(put(phase))
    tab.get_by_role("link", name="Record as round of F4").click()
    expect(tab.get_by_label("New finding 1")).to_have_value("The dome has no brake")
    tab.get_by_role("button", name="Record", exact=True).click()
    expect(tab.get_by_text("Read from")).to_be_visible()
    assert Disposition.objects.get().document == ArtifactVersion.objects.get().key


def test_keyboard_unfolds_what_stayed_the_same(browser_as, phase, rob):
    put(phase)
    tab = browser_as(rob)
    tab.goto(put(phase, REVIEW.replace("`not_ready`", "`approve`")) + "?against=1")
    fold = tab.locator(".compared summary").first
    expect(tab.get_by_text("A paragraph")).to_be_hidden()
    fold.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("A paragraph")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_pages_have_no_barrier_and_do_not_scroll_sideways(browser_as, phase, lena, scheme, width):
    put(phase, "word " * 200 + "\n\n" + "x" * 300)
    url = put(phase)
    tab = browser_as(lena, color_scheme=scheme)
    tab.set_viewport_size({"width": width, "height": 900})
    for where in (f"{F}documents/", url, f"{url}?plain", f"{url}?against=1"):
        tab.goto(where)
        assert barriers(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
