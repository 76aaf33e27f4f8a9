"""The whole map, ready for the template: lines, marks, names and a scale bar in units of the view box.

The same marks are drawn twice, once for wide screens and once, larger and fewer, for phones; the style
sheet shows one of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matcher.vocabulary import PostingKind
from web.map.ground import AreaName, Ground, NamedView, Town
from web.map.lettering import Box, Label, Sheet, Wish
from web.map.marks import Circle, Mark, RadiusScale, Sizes, Spot, marks_of
from web.map.projection import Projection, round_length

#: Units of the view box. Square: so is Lorraine, and a phone held upright has room for it.
SIZE: Final = (640.0, 640.0)
#: Kilometres across when the map is centred on one place.
AROUND_KM: Final = 60.0
#: Names of départements mean something between these widths of the window, in kilometres.
DEPARTMENTS_KM: Final = (80.0, 300.0)
#: Widest window in which small towns are named, and how many of them.
NEAR_KM: Final = 80.0
NEAR_TOWNS: Final = 16
#: Marks that count at least so many are named before the towns that only help to find one's way.
IMPORTANT: Final = 5
#: Towns named before marks that count little.
MAIN_TOWNS: Final = 10
#: Longest scale bar, in units.
SCALE_BAR: Final = 130.0
MARGIN: Final = 7.0
#: Height of the handle of the arch between two circles, as a part of their distance.
ARCH: Final = 0.75


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in units for one width of screen. Chosen by looking at 1440 and 390 pixels."""

    name: str
    circles: Sizes
    letters: float
    small_letters: float
    town: float
    target: float


STYLES: Final = (
    Style("wide", Sizes(4.4, 20, 0.35), 11.0, 10.0, 1.7, 9),
    Style("narrow", Sizes(9.0, 28, -1.0), 20.0, 18.0, 3.0, 19),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a circle leads and how it is told to those who do not see it."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Disc:
    """One side of a mark."""

    kind: PostingKind
    circle: Circle
    hit: float
    count: int
    shows_count: bool
    target: Target


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """One or two discs, and the arch between them."""

    discs: list[Disc]
    bridge: str


@dataclass(frozen=True, slots=True)
class KeyCircle:
    """A circle of the key and the count that it stands for."""

    count: int
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Marks and names for one width of screen."""

    style: Style
    marks: list[DrawnMark]
    dots: list[tuple[float, float]]
    labels: list[Label]
    key: list[KeyCircle]


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A length on the ground and on the drawing."""

    km: int | float
    units: float


@dataclass(frozen=True, slots=True)
class GroundPaths:
    """The ground as ``d`` of SVG paths; the first three are areas."""

    home: str
    territory: str
    core: str
    borders: str
    inner_lines: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the template writes down."""

    size: tuple[float, float]
    ground: GroundPaths
    scenes: list[Scene]
    scale: ScaleBar


def projection_of(view: NamedView | Spot) -> Projection:
    """The window of a named zoom, or the one around a place."""
    if isinstance(view, Spot):
        return Projection.around(view.position, AROUND_KM, SIZE)
    return Projection.fitting(view.bounds, SIZE)


def gathered_areas(ground: Ground, view: NamedView | Spot) -> list[str]:
    """Intercommunal bodies that are one mark in this view: those with a closer view of their own."""
    if isinstance(view, Spot):
        return []
    return [closer.epci_siren for closer in ground.views[: ground.views.index(view)] if closer.epci_siren]


def draw(
    ground: Ground,
    view: NamedView | Spot,
    spots: Sequence[Spot],
    language: str,
    target: Callable[[Mark, PostingKind], Target],
) -> Drawing:
    """The map of ``spots`` in the window of ``view``; ``target`` tells where each side of a mark leads."""
    projection = projection_of(view)
    gathered = gathered_areas(ground, view)
    km = round_length(SCALE_BAR * projection.km_per_unit)
    bar = ScaleBar(km, round(km / projection.km_per_unit, 1))
    scenes = []
    for style in STYLES:
        marks, scale = marks_of(spots, projection, style.circles, gathered)
        drawn = [_drawn(mark, scale, style, target) for mark in marks]
        scenes.append(_Lettered(ground, projection, style, language, bar).scene(marks, drawn, scale))
    return Drawing(SIZE, ground_paths(ground, projection), scenes, bar)


@lru_cache(maxsize=32)
def ground_paths(ground: Ground, projection: Projection) -> GroundPaths:
    """Paths of the ground in a window; a window that was asked for lately costs nothing."""
    return GroundPaths(
        home=projection.path(ground.home, closed=True),
        territory=projection.path(ground.territory, closed=True),
        core=projection.path(ground.core, closed=True),
        borders=projection.path(ground.borders),
        inner_lines=projection.path(ground.inner_lines),
    )


def _drawn(mark: Mark, scale: RadiusScale, style: Style, target: Callable[[Mark, PostingKind], Target]) -> DrawnMark:
    sides = zip((PostingKind.NEED, PostingKind.OFFER), mark.circles(scale), (mark.needs, mark.offers), strict=True)
    discs = [
        Disc(kind, circle, max(circle.r, style.target), count, circle.r > style.letters * 0.8, target(mark, kind))
        for kind, circle, count in sides
        if circle is not None
    ]
    return DrawnMark(discs, bridge(*(disc.circle for disc in discs)) if len(discs) == 2 else "")


def bridge(need: Circle, offer: Circle) -> str:
    """The footbridge of the logo, from the top of the disc to the top of the ring.

    >>> bridge(Circle(10, 20, 5), Circle(22, 20, 5))
    'M10 15Q16 6 22 15'
    """
    rise = min(need.y - need.r, offer.y - offer.r) - ARCH * (offer.x - need.x)
    middle = (need.x + offer.x) / 2
    return f"M{need.x:g} {need.y - need.r:g}Q{middle:g} {rise:g} {offer.x:g} {offer.y - offer.r:g}"


class _Lettered:
    """Names of one scene, placed in the order of what they are worth to the reader."""

    def __init__(self, ground: Ground, projection: Projection, style: Style, language: str, bar: ScaleBar) -> None:
        self.ground, self.projection, self.style, self.language, self.bar = ground, projection, style, language, bar
        self.km = projection.width * projection.km_per_unit

    def scene(self, marks: Sequence[Mark], drawn: list[DrawnMark], scale: RadiusScale) -> Scene:
        """The marks with every name that finds room."""
        boxes = [_box_of(mark) for mark in drawn]
        towns = self._towns(marks, boxes)
        key = _key(marks, scale, self.style)
        sheet = self._sheet([*(box.grown(0.5) for box in boxes), *map(self._dot, towns)], key)
        heavy = sum(mark.needs + mark.offers >= IMPORTANT for mark in marks)
        style = self.style
        named = [self._wishes(mark, _beside(circles)) for mark, circles in zip(marks, drawn, strict=True)]
        around = [(Wish(town.name, self._dot(town), style.small_letters, "town"),) for town in towns]
        labels = sheet.put_all([*named[:heavy], *around[:MAIN_TOWNS]])
        labels += self._areas(sheet, self.ground.countries, "country")
        labels += sheet.put_all([*named[heavy:], *around[MAIN_TOWNS:]])
        if DEPARTMENTS_KM[0] <= self.km <= DEPARTMENTS_KM[1] and style.name == "wide":
            labels += self._areas(sheet, self.ground.departments, "department")
        told = {label.text for label in labels if label.tag == "town"}
        dots = [self.projection.point(town.position) for town in towns if town.name in told]
        return Scene(style, drawn, dots, labels, key)

    def _wishes(self, mark: Mark, beside: Box) -> tuple[Wish, ...]:
        """The name with the number of further places, else without: a crowded phone has no room for both."""
        tag = "place" if mark.needs + mark.offers >= IMPORTANT else "minor"
        name, more = mark_name(self.ground, mark, self.language), others_in(mark)
        texts = [f"{name} +{more}", name] if more else [name]
        return tuple(Wish(text, beside, self.style.letters, tag) for text in texts)

    def _sheet(self, taken: Iterable[Box], key: Sequence[KeyCircle]) -> Sheet:
        """The drawing without its edge, the scale bar and the key."""
        width, height, line = self.projection.width, self.projection.height, 2.2 * self.style.letters
        bar = Box(0, height - MARGIN - line, self.bar.units + 4 * MARGIN + 3 * self.style.letters, height)
        top = min((circle.y - circle.r for circle in key), default=height) - self.style.letters
        left = min((circle.x - circle.r for circle in key), default=width) - 2.5 * self.style.letters
        return Sheet(Box(0, 0, width, height).grown(-MARGIN), [*taken, bar, Box(left, top, width, height)])

    def _towns(self, marks: Sequence[Mark], boxes: Sequence[Box]) -> list[Town]:
        """Towns of the window that no mark tells already or lies upon."""
        told = {spot.name for mark in marks for spot in mark.spots}
        found = [
            town
            for town in self.ground.towns
            if town.name not in told
            and (self.km <= NEAR_KM or not town.near)
            and self.projection.shows(town.position, MARGIN)
            and not any(self._dot(town).meets(box) for box in boxes)
        ]
        main = [town for town in found if not town.near]
        return main + [town for town in found if town.near][:NEAR_TOWNS]

    def _dot(self, town: Town) -> Box:
        return _around(self.projection.point(town.position), self.style.town)

    def _areas(self, sheet: Sheet, areas: Iterable[AreaName], tag: str) -> list[Label]:
        labels = []
        size = self.style.small_letters
        for area in areas:
            wishes = []
            for anchor in area.anchors:
                x, y = self.projection.point(anchor)
                for dx, dy in ((0, 0), (0, -2 * size), (0, 2 * size), (-3 * size, 0), (3 * size, 0)):
                    around = _around((x + dx, y + dy), 0)
                    spacing = 0.18 * size if tag == "country" else 0.08 * size
                    wishes.append(Wish(area.name(self.language), around, size, tag, centred=True, spacing=spacing))
            if (label := sheet.put(*wishes)) is not None:
                labels.append(label)
        return labels


def mark_name(ground: Ground, mark: Mark, language: str) -> str:
    """The place, or the gathered area, that a mark is named after."""
    area = area_view(ground, mark)
    return area.name(language) if area else mark.first.name


def area_view(ground: Ground, mark: Mark) -> NamedView | None:
    """The zoom on the area that a mark gathers, if it does."""
    return next((view for view in ground.views if mark.area and view.epci_siren == mark.area), None)


def others_in(mark: Mark) -> int:
    """Places that a mark counts beyond the one, or the area, that it is named after."""
    return sum(spot.area != mark.area for spot in mark.spots) if mark.area else len(mark.spots) - 1


def _key(marks: Sequence[Mark], scale: RadiusScale, style: Style) -> list[KeyCircle]:
    """Circles of round counts, one in another, in the lower right corner: what the sizes mean."""
    most = max((max(mark.needs, mark.offers) for mark in marks), default=0)
    counts = sorted({1, round_length(most / 5), round_length(most)}) if most >= 5 else []
    radii = {int(count): scale.radius(int(count)) for count in counts}
    right, bottom = SIZE[0] - 2 * MARGIN, SIZE[1] - 2 * MARGIN
    widest = max(radii.values(), default=0)
    found: list[KeyCircle] = []
    for count, r in radii.items():
        if found and 2 * (r - found[-1].r) < style.small_letters:
            continue  # their numbers would touch
        found.append(KeyCircle(count, right - widest, bottom - r, r))
    return found


def _beside(mark: DrawnMark) -> Box:
    """The circles of a mark, without the arch: names stand level with them."""
    circles = [disc.circle for disc in mark.discs]
    return Box(
        min(circle.x - circle.r for circle in circles),
        min(circle.y - circle.r for circle in circles),
        max(circle.x + circle.r for circle in circles),
        max(circle.y + circle.r for circle in circles),
    )


def _box_of(mark: DrawnMark) -> Box:
    """Everything that a mark covers. The arch of a quadratic curve rises half as high as its handle."""
    box, first, last = _beside(mark), mark.discs[0].circle, mark.discs[-1].circle
    return Box(box.left, box.top - ARCH / 2 * (last.x - first.x), box.right, box.bottom)


def _around(point: tuple[float, float], radius: float) -> Box:
    return Box(point[0] - radius, point[1] - radius, point[0] + radius, point[1] + radius)
