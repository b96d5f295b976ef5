"""Bring the catalogues up to date with the marked texts of the program: extract, update, compile.

Run `python -m tests.update_catalogues` from the top folder of the repository; it needs Babel.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.page_texts import extract_html, write_page_texts
from tetris_arcade.languages.catalogue import CATALOGUES
from tetris_arcade.languages.language import ENGLISH, LANGUAGES

ROOT = Path(__file__).parent.parent
_METHODS = [("**.py", "python"), ("web/static/*.js", "javascript"), ("web/static/*.html", extract_html)]
_OPTIONS = {"web/static/*.js": {"parse_template_string": True, "jsx": False}}
TRANSLATED = [code for code in LANGUAGES if code != ENGLISH.code]


def extract() -> Catalog:
    """All texts that the package marks, with the files in which they stand."""
    catalogue = Catalog(project="Tetris Arcade", charset="utf-8")
    found = extract_from_dir(ROOT / "tetris_arcade", _METHODS, _OPTIONS, comment_tags=("Translators:",))
    for name, _, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalogue.add(
            message, locations=[(f"tetris_arcade/{name}", 0)], auto_comments=comments, context=context
        )
    return catalogue


def read(code: str) -> Catalog:
    """The catalogue of a language as it is stored."""
    path = CATALOGUES / f"{code}.po"
    if not path.exists():
        return Catalog(locale=code, project="Tetris Arcade", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def to_bytes(catalogue: Catalog) -> tuple[bytes, bytes]:
    """(.po, .mo) of a catalogue."""
    po, mo = BytesIO(), BytesIO()
    write_po(po, catalogue, width=110, no_location=False, include_lineno=False, ignore_obsolete=True)
    write_mo(mo, catalogue)
    return po.getvalue(), mo.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """The texts that are not translated yet, or whose English has changed."""
    return [
        as_tuple(message.id)[0]
        for message in catalogue
        if message.id and (message.fuzzy or not message.string or not all(as_tuple(message.string)))
    ]


def as_tuple(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The forms of a text: one, or one for each plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def main() -> None:
    template = extract()
    for code in TRANSLATED:
        catalogue = read(code)
        dates = catalogue.creation_date, catalogue.revision_date
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.creation_date, catalogue.revision_date = dates
        for suffix, content in zip((".po", ".mo"), to_bytes(catalogue), strict=True):
            (CATALOGUES / f"{code}{suffix}").write_bytes(content)
        write_page_texts(catalogue, code)
        print(f"{code}: {len(catalogue)} texts, {len(missing(catalogue))} to translate")


if __name__ == "__main__":
    main()
