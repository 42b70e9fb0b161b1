"""Every template is one that the engine can read: a slip in one that is seldom shown is found."""

import re
from pathlib import Path

import ledger.web

TEMPLATES = Path(ledger.web.__file__).parent / "templates"


def test_every_template_is_read(api):
    names = [name for name in api.app.jinja_env.list_templates() if name.endswith(".html")]
    assert len(names) > 50
    for name in names:
        api.app.jinja_env.get_template(name)


def test_a_table_says_its_unit_in_its_caption_and_not_in_its_cells():
    for path in sorted(TEMPLATES.rglob("*.html")):
        for table in re.findall(r"<table.*?</table>", path.read_text(), re.DOTALL):
            cells = re.findall(r'<td class="amount"[^\n]*', table)
            told = [one for one in cells if re.search(r"\bamount\(|kronor\(", one)]
            assert not told, f"{path.name}: {told}"
            if any("cell(" in one or "change(" in one for one in cells):
                caption = re.search(r"<caption.*?</caption>|caption_of\(", table, re.DOTALL)
                assert caption, path.name
                said = caption.group()
                units = ("kr, excl. VAT", "kr excl. VAT", "caption_of(")
                assert any(one in said for one in units), f"{path.name}: {said}"
