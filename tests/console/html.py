"""Reads pages as a browser would: forms with their fields, and what a strict policy forbids."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form's address and its fields with their present values (boxes only when ticked)."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """`text` is what a reader sees, `inline` what the Content-Security-Policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.inline: list[str] = []
        self._words: list[str] = []
        self._area: str | None = None
        self._in_script = False
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def form(self, action: str) -> Form:
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append(tag)
        self._in_script = tag == "script"
        self._look_for_inline(tag, known)
        if tag == "a":
            self.links.append(known.get("href") or "")
        if tag == "form":
            self.forms.append(Form(known.get("action") or ""))
        elif self.forms and tag in ("input", "textarea", "select"):
            self._add_field(tag, known)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.inline.append(f"script: {data[:40]}")
        if self._area is not None:
            self.forms[-1].fields[self._area] += data
        self._words.append(data)

    def _add_field(self, tag: str, known: dict[str, str | None]) -> None:
        unticked = known.get("type") == "checkbox" and "checked" not in known
        if name := None if unticked else known.get("name"):
            self.forms[-1].fields[name] = known.get("value") or ""
            self._area = name if tag == "textarea" else None

    def _look_for_inline(self, tag: str, known: dict[str, str | None]) -> None:
        if tag == "style" or (tag == "script" and not known.get("src")):
            self.inline.append(tag)
        for name, value in known.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.inline.append(f"{tag} {name}")
            if name in ("href", "src", "action") and (value or "").lower().startswith("javascript"):
                self.inline.append(f"{tag} {name}={value}")
            if name in ("src", "action") and "//" in (value or ""):
                self.inline.append(f"{tag} {name}={value}")
