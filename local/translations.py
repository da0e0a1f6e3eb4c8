"""Says whether a compiled catalogue (.mo) holds what its source (.po) says, without `msgfmt`."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

KEYWORD = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+(".*")$')


def stale_catalogues(folder: Path) -> Iterator[str]:
    """Yield one sentence for each .po file whose .mo is missing or says something else."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists():
            yield f"{compiled} is missing: run `python manage.py compilemessages`."
        elif _written(source) != _compiled(compiled):
            yield f"{compiled} is stale: run `python manage.py compilemessages`."


def _compiled(file: Path) -> dict[str, list[str]]:
    with file.open("rb") as stream:
        catalogue: dict[str | tuple[str, int], str] = vars(gettext.GNUTranslations(stream))["_catalog"]
    found: dict[str, list[str]] = {}
    for key in sorted(catalogue, key=lambda key: key if isinstance(key, tuple) else (key, 0)):
        found.setdefault(key[0] if isinstance(key, tuple) else key, []).append(catalogue[key])
    found.pop("", None)
    return found


def _written(file: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")):
        fields = _fields(block)
        translated = [text for name, text in fields.items() if name.startswith("msgstr")]
        if fields.get("msgid") and any(translated) and not re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            context = f"{fields['msgctxt']}\x04" if "msgctxt" in fields else ""
            found[context + fields["msgid"]] = translated
    return found


def _fields(block: str) -> dict[str, str]:
    """Return msgid, msgstr and the rest of one entry, their continuation lines joined."""
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if keyword := KEYWORD.match(line):
            name = keyword[1]
            fields[name] = ast.literal_eval(keyword[2])
        elif name and line.startswith('"'):
            fields[name] += ast.literal_eval(line)
    return fields
