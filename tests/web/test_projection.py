"""Geometry of the map: where things are drawn, what is drawn together, where names go."""

from __future__ import annotations

import json
from itertools import combinations
from math import dist

import pytest

from web.map.drawing import STYLES, Style, Target, draw, projection_of
from web.map.ground import OUTLINES, NamedView, ground
from web.map.lettering import Box, Sheet, Wish
from web.map.marks import RadiusScale, Sizes, Spot, crowd, marks_of
from web.map.projection import Projection, round_length, thinned

NANCY, METZ = (6.1709, 48.6889), (6.1955, 49.1081)
#: Great-circle distance of the two centres above, by the haversine formula on a sphere of 6,371 km.
NANCY_METZ_KM = 46.65
LORRAINE = Projection.fitting((4.82, 47.78, 7.7, 49.72), (640, 640))
#: About 30 places that hide one another in the wide views, as around a large town.
CROWD = [
    Spot(n, f"Place {n}", f"Place {n} (54)", (5.4 + n % 6 * 0.17, 48.2 + n // 6 * 0.2), n, 30 - n) for n in range(30)
]


def spot(place_id: int, position: tuple[float, float], needs: int = 1, offers: int = 0, area: str = "") -> Spot:
    return Spot(place_id, f"Place {place_id}", f"Place {place_id} (54)", position, needs, offers, area)


def leads_nowhere(*_: object) -> Target:
    return Target("#", "")


def test_distances_on_the_drawing_are_those_on_the_ground() -> None:
    """Nancy to Metz, measured on the map of Lorraine, is right within one percent."""
    units = dist(LORRAINE.point(NANCY), LORRAINE.point(METZ))
    assert units * LORRAINE.km_per_unit == pytest.approx(NANCY_METZ_KM, rel=0.01)


def test_a_kilometre_is_as_long_eastward_as_northward() -> None:
    """At the middle of the window a square on the ground is a square on the drawing."""
    centre = LORRAINE.longitude, LORRAINE.latitude
    x, y = LORRAINE.point(centre)
    north = y - LORRAINE.point((centre[0], centre[1] + 0.5))[1]
    east = LORRAINE.point((centre[0] + 0.5 / 0.6593, centre[1]))[0] - x  # cos(48.75 degrees) = 0.6593
    assert east == pytest.approx(north, rel=0.002)


def test_north_is_up_and_east_is_right() -> None:
    """Metz lies north of Nancy and a little east of it."""
    nancy, metz = LORRAINE.point(NANCY), LORRAINE.point(METZ)
    assert metz[1] < nancy[1]
    assert metz[0] > nancy[0]


@pytest.mark.parametrize("view", ground().views, ids=lambda view: view.code)
def test_every_corner_of_a_view_is_on_the_drawing(view: NamedView) -> None:
    """A window shows all of its bounds, whatever their shape."""
    west, south, east, north = view.bounds
    projection = projection_of(view)
    assert all(
        projection.shows(corner, -0.1) for corner in ((west, south), (west, north), (east, south), (east, north))
    )


def test_lines_beyond_the_window_are_not_sent() -> None:
    """A path holds what crosses the window and nothing of what lies wholly outside."""
    beyond, inside = [(20.0, 48.0), (21.0, 48.0)], [NANCY, METZ]
    assert LORRAINE.path([beyond]) == ""
    assert LORRAINE.path([beyond, inside]) == LORRAINE.path([inside])


def test_a_closed_line_ends_where_it_began() -> None:
    """Areas are closed, lines are open."""
    ring = [(6.0, 48.0), (7.0, 48.0), (7.0, 49.0)]
    assert LORRAINE.path([ring], closed=True).endswith("Z")
    assert not LORRAINE.path([ring]).endswith("Z")


def test_thinning_keeps_both_ends() -> None:
    """Neighbouring lines still meet after points that nobody would see were dropped."""
    line = [(number / 10, 0.0) for number in range(100)]
    thin = thinned(line)
    assert (thin[0], thin[-1]) == (line[0], line[-1])
    assert len(thin) < 20


def test_scale_bars_have_round_lengths() -> None:
    """The longest of 1, 2 and 5 times a power of ten that fits."""
    assert [round_length(limit) for limit in (1, 1.9, 4.9, 5, 43, 1000)] == [1, 1, 2, 5, 20, 1000]


def test_area_of_a_circle_follows_the_count() -> None:
    """Four times as many, twice the radius; a single one stays large enough to be hit."""
    scale = RadiusScale(3.0, 4.0)
    assert scale.radius(16) == 2 * scale.radius(4)
    assert scale.radius(1) == 4.0
    assert scale.radius(0) == 0.0


def test_the_fullest_mark_has_the_largest_circle_whatever_its_count() -> None:
    """A map with five postings and one with five thousand both fit."""
    for most in (500, 5000, 50000):
        assert Sizes(4.0, 20.0, 0.3).scale(most).radius(most) == pytest.approx(20.0)


def test_places_that_would_hide_each_other_are_one_mark_and_no_count_is_lost() -> None:
    """Two villages a few hundred metres apart share a mark that counts both; Metz keeps its own."""
    spots = [spot(1, NANCY, 5, 3), spot(2, (6.172, 48.69), 2, 1), spot(3, METZ)]
    marks, _ = marks_of(spots, LORRAINE, STYLES[0].circles)
    assert [[found.place_id for found in mark.spots] for mark in marks] == [[1, 2], [3]]
    assert (marks[0].needs, marks[0].offers) == (7, 4)


def test_places_of_a_gathered_area_are_one_mark_even_far_apart() -> None:
    """Grand Nancy is told as a whole in wide views, and place by place in its own."""
    spots = [spot(1, NANCY, area="A"), spot(2, METZ, area="A")]
    assert len(marks_of(spots, LORRAINE, STYLES[0].circles, ["A"])[0]) == 1
    assert len(marks_of(spots, LORRAINE, STYLES[0].circles)[0]) == 2


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_counts_of_a_crowded_map_add_up(style: Style) -> None:
    """Whatever is drawn together, every posting in the window is counted once."""
    marks, scale = marks_of(CROWD, LORRAINE, style.circles)
    assert sum(mark.needs for mark in marks) == sum(found.needs for found in CROWD)
    assert sum(mark.offers for mark in marks) == sum(found.offers for found in CROWD)
    circles = [[circle for circle in mark.circles(scale) if circle] for mark in marks]
    assert not any(crowd(one, two, scale.covered) for one, two in combinations(circles, 2))


def test_names_never_lie_over_one_another_or_over_marks() -> None:
    """On the crowded map of every view and style."""
    for view in ground().views:
        drawing = draw(ground(), view, CROWD, "fr", leads_nowhere)
        for scene in drawing.scenes:
            boxes = [label.box for label in scene.labels]
            for position, box in enumerate(boxes):
                assert not any(box.meets(other) for other in boxes[position + 1 :])
                assert box.within(Box(0, 0, *drawing.size))
            circles = [disc.circle for mark in scene.marks for disc in mark.discs]
            squares = [Box(c.x - c.r, c.y - c.r, c.x + c.r, c.y + c.r) for c in circles]
            assert not any(box.meets(square) for box in boxes for square in squares)


def test_the_first_name_gets_its_place_and_one_without_room_is_left_out() -> None:
    """Names come in the order of their importance."""
    sheet = Sheet(Box(0, 0, 60, 12), [])
    wishes = [(Wish(name, Box(4, 5, 6, 7), 10, "place"),) for name in ("Nancy", "Laxou")]
    assert [label.text for label in sheet.put_all(wishes)] == ["Nancy"]


def test_outlines_stay_small_and_cover_every_view() -> None:
    """Under 120 kB, and no view shows the end of the drawn ground."""
    assert OUTLINES.stat().st_size < 120_000
    corners = [
        point
        for country in json.loads(OUTLINES.read_text("utf-8"))["countries"]
        for ring in country["rings"]
        for point in ring
    ]
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    for view in ground().views:
        projection = projection_of(view)
        assert not projection.shows((west, projection.latitude))
        assert not projection.shows((east, projection.latitude))
        assert not projection.shows((projection.longitude, south))
        assert not projection.shows((projection.longitude, north))


def test_the_core_is_around_nancy_and_inside_the_territory() -> None:
    """The outline of Grand Nancy holds Nancy and none of Metz."""
    (ring,) = ground().core
    assert holds(ring, NANCY)
    assert not holds(ring, METZ)
    assert all(any(holds(outer, point) for outer in ground().territory) for point in ring)


def holds(ring: tuple[tuple[float, float], ...], point: tuple[float, float]) -> bool:
    """Whether a point lies inside a ring: a line eastward from it crosses the ring an odd number of times."""
    x, y = point
    crossed = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed
