"""Map: dots, table, zoom and filters say the same."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.web.html import PageText, read


def rows(page: PageText) -> list[list[str]]:
    """Cells of the rows that name a place, such as "Metz (57)", with their two counts."""
    cells = [" ".join(element.text.split()) for element in page.elements if element.tag in {"th", "td"}]
    starts = [position for position, cell in enumerate(cells) if re.fullmatch(r".+ \(\w+\)", cell)]
    return [cells[start : start + 3] for start in starts]


def test_table_counts_live_postings_by_place_fullest_first(client: FlaskClient) -> None:
    """Closed, expired and paused ones are not counted."""
    assert rows(read(client.get("/en/carte").text)) == [
        ["Nancy (54)", "2", "5"],
        ["Luxembourg (LU)", "1", "1"],
        ["Metz (57)", "0", "2"],
        ["Vandœuvre-lès-Nancy (54)", "1", "0"],
        ["Épinal (88)", "1", "0"],
    ]


def test_filters_narrow_map_and_table(client: FlaskClient) -> None:
    """One side, one theme."""
    assert rows(read(client.get("/en/carte?side=need&theme=food_aid").text)) == [["Nancy (54)", "2", "0"]]


def test_zoom_draws_what_is_inside_and_keeps_the_rest_in_the_table(client: FlaskClient) -> None:
    """The widest view has Strasbourg, the closest one the suburbs; the table has every place in both."""
    wide, narrow = (read(client.get(f"/en/carte?view={zoom}").text) for zoom in ("grande-region", "grand-nancy"))
    assert sorted(rows(wide)) == sorted(rows(narrow))
    names = [{element.text.strip() for element in page.all("text")} for page in (wide, narrow)]
    assert "Strasbourg" in names[0]
    assert "Strasbourg" not in names[1]
    assert "Laxou" in names[1]


def test_a_place_leads_to_its_list(client: FlaskClient) -> None:
    """The number in the table is a link to those very postings."""
    page = read(client.get("/en/carte").text)
    (cell,) = [link for link in page.all("a") if link.text.strip() == "2" and "/besoins?" in link.attributes["href"]]
    nancy = read(client.get(cell.attributes["href"]).text)
    assert "Suivre le stock" in nancy.text
    assert "A booking page" not in nancy.text


def test_nonsense_in_the_address_shows_the_usual_map(client: FlaskClient) -> None:
    """An unknown zoom, side or theme is left out."""
    assert client.get("/carte?view=moon&side=all&around=x&theme=zzz").status_code == 200


def circles(page: PageText, side: str) -> list[str]:
    """What the links around the circles of one side say, on the drawing for wide screens."""
    labels = [link.attributes["aria-label"] for link in page.all("a", class_=f"map-{side}")]
    return list(dict.fromkeys(labels))


def test_circles_say_what_the_table_says(client: FlaskClient) -> None:
    """In the closest view every place has its own circles: names and counts for those who do not see them."""
    page = read(client.get("/en/carte?view=grand-nancy").text)
    assert circles(page, "need") == ["Nancy (54): 2 needs", "Vandœuvre-lès-Nancy (54): 1 need"]
    assert circles(page, "offer") == ["Nancy (54): 5 offers"]


def test_the_communes_of_grand_nancy_are_one_mark_in_wider_views(client: FlaskClient) -> None:
    """The mark counts Nancy and Vandœuvre together and leads to the closer view, with the same filters."""
    page = read(client.get("/en/carte?side=need").text)
    (link,) = {
        (link.attributes["aria-label"], link.attributes["href"])
        for link in page.all("a", class_="map-need")
        if "Grand Nancy" in link.attributes["aria-label"]
    }
    assert link == ("Grand Nancy: 3 needs; look closer", "/en/carte?side=need&view=grand-nancy")


def test_around_a_place_draws_it_in_the_middle(client: FlaskClient) -> None:
    """The closer look at one place names it in the heading and has it at 320, 320 of 640 units."""
    page = read(client.get("/en/carte").text)
    metz = next(row.attributes["id"].removeprefix("place-") for row in page.all("tr") if "Metz" in row.text)
    around = read(client.get(f"/en/carte?around={metz}").text)
    assert "Around Metz (57)" in [heading.text for heading in around.all("h2")]
    assert ("320.0", "320.0") in {
        (c.attributes["cx"], c.attributes["cy"]) for c in around.all("circle", class_="map-disc")
    }


def test_filters_stay_when_one_zooms(client: FlaskClient) -> None:
    """Links to other views keep side and theme; the form keeps the view."""
    page = read(client.get("/en/carte?side=need&theme=food_aid&view=grande-region").text)
    assert page.links()["Lorraine"] == "/en/carte?side=need&theme=food_aid&view=lorraine"
    assert [field.attributes["value"] for field in page.all("input", name="view")] == ["grande-region"]
    assert {option.attributes["value"] for option in page.all("option") if "selected" in option.attributes} == {
        "need",
        "food_aid",
    }


def test_the_place_of_an_anonymous_need_is_counted_without_a_name(client: FlaskClient) -> None:
    """Épinal has one need; whose it is stands nowhere on the page."""
    page = client.get("/en/carte?view=grande-region").text
    assert "Épinal (88): 1 need" in page
    assert "Fédération des Deux Vallées" not in page


def test_no_organisation_is_named_on_the_map(client: FlaskClient) -> None:
    """Places and counts, nothing else."""
    page = client.get("/carte").text
    assert not [name for name in ("Épicerie du Faubourg", "Studio Passe-Muraille", "Camille") if name in page]


def test_an_empty_map_says_so_and_leads_on(client: FlaskClient) -> None:
    """Nothing under a filter: a sentence, the way back, and still a map to look at."""
    page = read(client.get("/en/carte?side=offer&theme=bicycle").text)
    assert rows(page) == []
    assert "Nothing to show under these filters yet." in page.text
    assert page.links()["Remove all filters"] == "/en/carte"
    assert page.all("svg", class_="map")


def test_the_drawing_carries_no_inline_style(client: FlaskClient) -> None:
    """The content security policy would drop it: classes alone give colours."""
    assert not re.search(r"<[^>]+\sstyle=", client.get("/carte").text)


def test_drawn_names_are_hidden_from_screen_readers_which_get_links_and_a_table(client: FlaskClient) -> None:
    """Every link of the drawing has words of its own."""
    page = read(client.get("/carte").text)
    links = [
        link for link in page.elements if link.tag == "a" and link.attributes.get("class") in {"map-need", "map-offer"}
    ]
    assert links
    assert all(link.attributes["aria-label"] and link.attributes["href"] for link in links)
