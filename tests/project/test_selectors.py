"""Style sheets name only classes that some page, script or function writes."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE = re.compile(r"is-|st-|says-|mark-|in-|doc-|decided-|depth-|align-|s[1-5]$")
"""How classes begin that are put together from a word of the rules."""
OF_OTHERS = {"htmx-request"}
ELSEWHERE = {"admin", "admin-parts"}
"""Style sheets for pages that Django writes."""


def classes() -> dict[str, set[str]]:
    """Each class that a style sheet names, with the files it stands in."""
    found: dict[str, set[str]] = {}
    for file in (ROOT / "static" / "css").glob("*.css"):
        if file.stem in ELSEWHERE:
            continue
        text = re.sub(
            r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", file.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        for heads in re.findall(r"([^{};]+)\{", text):
            for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", heads):
                found.setdefault(name, set()).add(file.name)
    return found


def written() -> set[str]:
    """Every word of the class attributes of templates, and of the texts in Python and scripts."""
    pages = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html"))
    scripts = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "static" / "js").glob("*.js"))
    texts = re.findall(r'class="((?:\{[{%].*?[%}]\}|[^"])*)"', pages)
    texts += re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`|class(?:List|Name)[^;]*;", scripts)
    for file in (ROOT / "phases").rglob("*.py"):
        texts += texts_of(ast.parse(file.read_text(encoding="utf-8")))
    return set(re.findall(r"[\w-]+", " ".join(texts)))


def texts_of(module: ast.Module) -> list[str]:
    """The texts of a module but what it says of itself."""
    said = {node.value for node in ast.walk(module) if isinstance(node, ast.Expr)}
    found = (node for node in ast.walk(module) if isinstance(node, ast.Constant) and node not in said)
    return [node.value for node in found if isinstance(node.value, str)]


def test_no_style_is_for_a_class_that_nobody_writes():
    known = written() | OF_OTHERS
    dead = {name: files for name, files in classes().items() if name not in known and not MADE.match(name)}
    assert dead == {}
