"""Makes files of the federal funding catalogue: made up, with each oddity in a known number.

python -m tests.catalogue 302043 Suchliste.csv [--header older]
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OLDER = (
    *("FKZ", "Ressort", "Referat", "PT", "Arb.-Einh.", "Zuwendungsempfänger"),
    *("Gemeindekennziffer", "Stadt/Gemeinde", "Ort", "Bundesland", "Staat", "Ausführende Stelle"),
    *("Gemeindekennziffer", "Stadt/Gemeinde", "Ort", "Bundesland", "Staat", "Thema"),
    *("Leistungsplansystematik", "Klartext Leistungsplansystematik", "Laufzeit von"),
    *("Laufzeit bis", "Fördersumme in EUR", "Förderprofil", "Verbundprojekt", "Förderart"),
)
OF_2026 = tuple(
    {
        "PT": "Administrierende Stelle",
        "Zuwendungsempfänger": "Förderempfänger /Auftragnehmer",
        "Thema": "Thema des geförderten Vorhabens",
        "Fördersumme in EUR": "Förder- / Auftragssumme (Anteil des Bundes) in EUR",
        "Förderprofil": "Projektprofil",
    }.get(name, name)
    for name in OLDER
)
HEADERS = {"older": OLDER, "2026": OF_2026}
HIDDEN = "Keine Anzeige aufgrund datenschutzrechtlicher Regelungen."
PLACES = (
    ("14612000", "Dresden", "Dresden", "Sachsen"),
    ("14713000", "Leipzig", "Leipzig", "Sachsen"),
    ("09162000", "München", "München", "Bayern"),
    ("05334002", "Aachen", "Aachen", "Nordrhein-Westfalen"),
    ("16053000", "Jena", "Jena", "Thüringen"),
    ("11000000", "Berlin", "Adlershof", "Berlin"),
)
# A recipient that is an actor of the registry, which `c4f match` finds.
KNOWN = ("Technische Universität Dresden", *PLACES[0])
MINISTRIES = {"BMFTR": ("PT-J", "03"), "BMWE": ("DLR-PT", "16"), "BMV": ("VDI/VDE-IT", "45")}
CLUSTERS = ("1105", "1106", "1109", "1115", "1209", "1210")
SET_ASIDE = ("payment", "collective_booking", "duplicate")
REJECTED = (
    "no_funding_reference",
    "too_few_cells",
    "too_many_cells",
    "unclosed_quote",
    "impossible_date",
    "end_before_start",
    "unreadable_number",
)
ODDITIES = (
    *SET_ASIDE,
    *REJECTED,
    "hidden",
    "undisclosed",
    "further",
    "line_break",
    "semicolon",
    "quote",
    "formula",
    "before_1970",
    "abroad",
    "programme",
    "known",
)


@dataclass
class Made:
    """What a file holds: the counts and sums that an import of it must give."""

    rows: int = 0
    taken: int = 0
    without_sum: int = 0
    without_recipient: int = 0
    further: int = 0
    programme: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    amounts: dict[tuple[str, str], Decimal] = field(default_factory=dict)


def plain_row(number: int) -> list[str]:
    """Give a complete row, other than those of every other number."""
    chance = random.Random(number)  # noqa: S311 (the same row each time)
    ministry = chance.choice(sorted(MINISTRIES))
    agency, programme = MINISTRIES[ministry]
    key, city, locality, state = chance.choice(PLACES)
    place = [key, city, locality, state, "Deutschland"]
    recipient = chance.choice(("Beispieluniversität", "Müller & Söhne GmbH", "Institut für Muster"))
    year = 1998 + number % 28
    cents = chance.randrange(1, 3_000_000_000)
    return [
        f"{programme}XY{number:06d}{'ABCDEFGH'[number % 8]}",
        ministry,
        str(400 + number % 40),
        agency,
        f"E{number % 7}",
        f"{recipient} {number % 5000}",
        *place,
        f"{recipient} {number % 5000} - Fakultät {number % 9}",
        *place,
        f"Verbundvorhaben Größe {number % 9000} - Teilvorhaben: Prüfung {number}",
        f"GB{number % 90:02d}{number % 7}0",
        f"Leistungsplan {number % 90} / {number % 7}",
        f"{1 + number % 28:02d}.{1 + number % 12:02d}.{year}",
        f"31.12.{year + 3}",
        german(Decimal(cents) / 100),
        "Technologie- und Innovationsförderung",
        f"Verbundprojekt {number % 9000}" if number % 3 else "",
        "PROJ",
    ]


def german(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def rows(count: int, oddities: Mapping[str, int], made: Made) -> Iterator[list[str]]:
    """Yield rows, among them as many of each oddity as wanted, and note what they are."""
    wanted = [name for name in ODDITIES for _ in range(oddities.get(name, 0))]
    assert len(wanted) < count
    random.Random(len(wanted)).shuffle(wanted)  # noqa: S311
    step = count // (len(wanted) + 1)
    former = plain_row(0)
    for number in range(count):
        place, rest = divmod(number, step)
        oddity = wanted[place - 1] if rest == 0 and 0 < place <= len(wanted) else ""
        row = _odd(plain_row(number), oddity, made, former)
        _note(made, row, oddity)
        yield row
        if not oddity:
            former = row


def _odd(row: list[str], oddity: str, made: Made, former: list[str]) -> list[str]:
    changes: dict[str, dict[int, str]] = {
        "payment": {17: "Vorhaben nur zum Zweck der Auszahlung"},
        "collective_booking": {17: "Sammelvorhabenbuchung 2020"},
        "no_funding_reference": {0: ""},
        "impossible_date": {20: "31.02.2021"},
        "end_before_start": {20: "01.01.2020", 21: "31.12.2019"},
        "unreadable_number": {22: "1,234.56"},
        "hidden": {5: HIDDEN, 11: HIDDEN},
        "undisclosed": {22: "0,00"},
        "line_break": {17: "Erste Zeile\r\nzweite Zeile"},
        "semicolon": {17: 'Eins; zwei;="";drei'},
        "quote": {17: '"Wörtlich" und "=so"'},
        "formula": {17: '=HYPERLINK("https://example.org")'},
        "before_1970": {20: "01.07.1968", 21: "30.06.1971"},
        "abroad": {6: "", 7: "", 8: "Wien", 9: "Ausland", 10: "Österreich"},
        "known": dict(enumerate(KNOWN, 5)),
        "programme": {0: _programme_reference(made.programme), 1: "BMFTR", 3: "PT-J"},
    }
    if oddity == "duplicate":
        return list(former)
    if oddity == "further":
        return [*former[:22], german(Decimal(made.rows) + 1), *former[23:]]
    for index, text in changes.get(oddity, {}).items():
        row[index] = text
    if oddity == "too_few_cells":
        del row[-2:]
    elif oddity == "too_many_cells":
        row += ["noch", "zwei"]
    elif oddity == "unclosed_quote":
        row[-1] = "\0"
    return row


def _programme_reference(number: int) -> str:
    letters = chr(65 + number // 6 // 26) + chr(65 + number // 6 % 26)
    return f"03ZU{CLUSTERS[number % 6]}{letters}"


def _note(made: Made, row: list[str], oddity: str) -> None:
    made.rows += 1
    if oddity in REJECTED:
        made.rejected[oddity] += 1
        return
    if oddity in SET_ASIDE:
        made.set_aside[oddity] += 1
        return
    made.taken += 1
    made.without_recipient += oddity == "hidden"
    made.without_sum += oddity == "undisclosed"
    made.further += oddity == "further"
    made.programme += oddity == "programme"
    if oddity != "undisclosed":
        entry = (row[1], row[20][-4:])
        amount = Decimal(row[22].replace(".", "").replace(",", "."))
        made.amounts[entry] = made.amounts.get(entry, Decimal(0)) + amount


def csv_text(cells: Sequence[str], *, formulas: bool = True) -> str:
    """Write a line as the catalogue does, or as a spreadsheet that saved it again."""
    written = []
    for index, cell in enumerate(cells):
        if cell == "\0":
            written.append('="PROJ')
        elif cell.startswith("=HYPERLINK"):
            written.append(cell)
        elif not formulas:
            quoted = cell.replace('"', '""')
            written.append(f'"{quoted}"' if set(cell) & set('";\r\n') else cell)
        elif index in {20, 21, 22} and not set(cell) & set('";\r\n'):
            written.append(cell)
        else:
            quoted = cell.replace('"', '""')
            written.append(f'="{quoted}"')
    return ";".join([*written, ""]) + "\r\n"


def write(
    path: Path,
    count: int,
    oddities: Mapping[str, int] | None = None,
    *,
    header: str = "2026",
    encoding: str = "cp1252",
    formulas: bool = True,
) -> Made:
    """Write a file, and give what an import of it must find."""
    made = Made()
    with path.open("w", encoding=encoding, newline="") as stream:
        stream.write(";".join([*HEADERS[header], ""]) + "\r\n")
        for row in rows(count, oddities or {}, made):
            stream.write(csv_text(row, formulas=formulas))
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--header", choices=sorted(HEADERS), default="2026")
    options = parser.parse_args()
    some = dict.fromkeys(ODDITIES, max(1, options.rows // 1000))
    print(write(options.path, options.rows, some, header=options.header))  # noqa: T201
