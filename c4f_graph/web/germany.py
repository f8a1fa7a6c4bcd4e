"""The map of Germany: the Länder, and the cities in which clusters sit.

The borders are those of `geography/laender.json`, which names its source and licence; the places in
`geography/places.csv` have their longitude and latitude from GeoNames
(https://www.geonames.org, CC BY 4.0). A place that is not there is drawn amid its Land.
"""

from __future__ import annotations

import csv
import functools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from c4f_graph.web.view import Cell

_GEOGRAPHY = Path(__file__).parent / "geography"
# The bounds of the drawing in degrees: west, east, south, north; the projection is Mercator's.
_WEST, _EAST, _SOUTH, _NORTH = 5.866, 15.042, 47.270, 55.059
_LINE = 16
_LETTER = 7.4
_GAP = 10


@dataclass(frozen=True, slots=True)
class Town:
    """A place on the map with its clusters; the lines of text begin or end at `text_x`."""

    x: float
    y: float
    name: str
    clusters: list[tuple[float, Cell]]
    text_x: float
    is_left: bool


@dataclass(frozen=True, slots=True)
class Land:
    """A Land on the map: its outline, its name, and how many clusters sit there."""

    path: str
    name: str
    clusters: int


@dataclass(frozen=True, slots=True)
class Germany:
    """The map."""

    width: int
    height: int
    credit: str
    laender: list[Land]
    towns: list[Town]


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a cluster sits: the slugs of the place and of the Land, and the place's name."""

    cluster: Cell
    place: str
    place_name: str
    land: str


def germany(seats: Sequence[Seat], land_names: dict[str, str]) -> Germany:
    """Draw the map.

    Args:
        seats: the clusters with their places.
        land_names: the names of the Länder by their slugs.
    """
    drawn = _laender()
    counts = dict.fromkeys(drawn["laender"], 0)
    by_place: dict[tuple[float, float], list[Seat]] = {}
    for seat in seats:
        if seat.land not in counts:
            continue
        counts[seat.land] += 1
        centre = drawn["laender"][seat.land]["centre"]
        at = _places().get(seat.place)
        point = _projected(*at, drawn["width"], drawn["height"]) if at else tuple(centre)
        by_place.setdefault(point, []).append(seat)
    laender = [
        Land(about["path"], land_names.get(slug, slug), counts[slug])
        for slug, about in drawn["laender"].items()
    ]
    towns = _labelled(by_place, drawn["width"])
    return Germany(drawn["width"], drawn["height"], drawn["source"], laender, towns)


def _labelled(by_place: dict[tuple[float, float], list[Seat]], width: int) -> list[Town]:
    """Put the names beside the towns, where they cover neither a town nor other names."""
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in by_place]
    towns = []
    for (x, y), seats in sorted(by_place.items(), key=lambda item: item[0][1]):
        wide = max(len(seat.cluster.text) for seat in seats) * _LETTER
        tall = _LINE * len(seats)
        choices = []
        for is_left in (x > width / 2 + 40, x <= width / 2 + 40):
            start = x - _GAP - wide if is_left else x + _GAP
            for shift in (0, -tall / 2 - 2, tall / 2 + 2, -tall, tall):
                top = y - tall / 2 + shift
                outside = max(0.0, -start) + max(0.0, start + wide - width)
                box = (start, top, start + wide, top + tall)
                choices.append((sum(_common(box, other) for other in taken) + 9 * outside, box))
        _, box = min(choices, key=lambda choice: choice[0])
        taken.append(box)
        is_left = box[0] < x
        lines = [
            (round(box[1] + _LINE * (row + 0.75), 1), seat.cluster)
            for row, seat in enumerate(seats)
        ]
        text_x = round(x - _GAP if is_left else x + _GAP, 1)
        towns.append(Town(x, y, seats[0].place_name, lines, text_x, is_left))
    return towns


def _common(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide * tall if wide > 0 and tall > 0 else 0.0


def _projected(longitude: float, latitude: float, width: int, height: int) -> tuple[float, float]:
    top, bottom, here = (_mercator(degrees) for degrees in (_NORTH, _SOUTH, latitude))
    x = (longitude - _WEST) / (_EAST - _WEST) * width
    return round(x, 1), round((top - here) / (top - bottom) * height, 1)


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


@functools.cache
def _laender() -> Any:
    return json.loads((_GEOGRAPHY / "laender.json").read_text(encoding="utf-8"))


@functools.cache
def _places() -> dict[str, tuple[float, float]]:
    with (_GEOGRAPHY / "places.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["place"]: (float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(file)
        }
