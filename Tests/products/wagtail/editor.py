"""A browser in front of Wagtail's administration: gets a page, fills in a form of it, and sends that."""

from html.parser import HTMLParser

from client import Client


class Editor(Client):
    def submit(self, path, fields):
        """Sends the form at `path` that has these fields, with what else it holds: CSRF token, defaults."""
        page = self.ask("GET", path)
        assert page.status == 200, f"{path}: {page.status}"
        # A submit button's name is no field of the form until it is pressed.
        wanted = {name for name in fields if not name.startswith("action-")}
        form = next((form for form in forms(page.text) if wanted <= form.keys()), None)
        assert form, f"no form with {sorted(wanted)} at {path}"
        return self.send_form(path, form | fields)


def forms(page):
    """The forms of a page, in order, as what a browser would send of each untouched."""
    reader = _Forms()
    reader.feed(page)
    return reader.found


class _Forms(HTMLParser):
    """HTML §4.10.21.4, as far as Wagtail's forms need it. What stands in a `template` is not part of the page."""

    def __init__(self):
        super().__init__()
        self.found = []
        self._form = None
        self._templates = 0
        self._field = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self._templates += tag == "template"
        if tag == "form" and not self._templates:
            self._form = {}
            self.found.append(self._form)
        elif self._form is not None and not self._templates:
            self._add(tag, attributes)

    def _add(self, tag, attributes):
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if tag == "option" and self._field and ("selected" in attributes or self._field not in self._form):
            self._form[self._field] = attributes.get("value") or ""
        elif tag in ("textarea", "select"):
            self._field = name
            if tag == "textarea" and name:
                self._form[name] = ""
        elif tag == "input" and name and _is_sent(kind, attributes):
            self._form[name] = attributes.get("value") or ""

    def handle_data(self, data):
        if self._field and self._field in self._form and self.lasttag == "textarea":
            self._form[self._field] += data

    def handle_endtag(self, tag):
        self._templates -= tag == "template"
        if tag in ("textarea", "select"):
            self._field = None
        elif tag == "form":
            self._form = None


def _is_sent(kind, attributes):
    return kind not in ("submit", "button", "image", "reset") and (
        kind not in ("checkbox", "radio") or "checked" in attributes
    )
