"""Bylines and the names in them."""

from __future__ import annotations

import pytest

from crawler.extract.names import byline_text, parse_authors, spell


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Parker Asmann, Mónica Betancur and Marcela Zuñiga", ("Parker Asmann", "Mónica Betancur", "Marcela Zuñiga")),
        ("A One, B Two, and C Three", ("A One", "B Two", "C Three")),
        ("By Juan Diego Cárdenas ", ("Juan Diego Cárdenas",)),
        ("Pedro Augusto Pereira*", ("Pedro Augusto Pereira",)),
        ("Venezuela Investigative Unit", ("Venezuela Investigative Unit",)),
        ("Elites and Crime Investigative Unit", ("Elites and Crime Investigative Unit",)),
        ("InSight Crime", ("InSight Crime",)),
        ("Eimhin O'Reilly", ("Eimhin O'Reilly",)),
        ("Eimhin O’Reilly & Sean Doherty", ("Eimhin O’Reilly", "Sean Doherty")),
        ("Por Ana Pérez y Luis Gómez", ("Ana Pérez", "Luis Gómez")),
        ("Pedro Ruiz e Irene Díaz", ("Pedro Ruiz", "Irene Díaz")),
        ("BY JEREMY MCDERMOTT, CO-DIRECTOR", ("JEREMY MCDERMOTT",)),
        ("Steven Dudley (Washington DC)", ("Steven Dudley",)),
        ("Written by: Julie Mollins", ("Julie Mollins",)),
        ("Byron Ortiz", ("Byron Ortiz",)),
        ("Porfirio Díaz", ("Porfirio Díaz",)),
        ("Andrew Y. Sand", ("Andrew Y. Sand",)),
        ("Martin Luther King Jr.", ("Martin Luther King Jr.",)),
        ("Ana Paz; Ana Paz", ("Ana Paz",)),
        ("", ()),
        ("*", ()),
    ],
)
def test_names_are_parted(raw: str, names: tuple[str, ...]) -> None:
    assert parse_authors(raw) == names


def test_the_byline_is_the_line_without_by() -> None:
    assert byline_text("BY MICHAEL  LOHMULLER ") == "MICHAEL LOHMULLER"


@pytest.mark.parametrize(
    ("printed", "spelled"),
    [
        ("MICHAEL LOHMULLER", "Michael Lohmuller"),
        ("EIMHIN O'REILLY", "Eimhin O'Reilly"),
        ("VENEZUELA INVESTIGATIVE UNIT", "Venezuela Investigative Unit"),
        ("MARÍA DE LOS ÁNGELES", "María de los Ángeles"),
        ("JEREMY MCDERMOTT", "Jeremy McDermott"),
        ("Jane Doe", "Jane Doe"),
    ],
)
def test_capitals_become_initials_unless_the_page_spells_the_name(printed: str, spelled: str) -> None:
    assert spell(printed, {"jeremy mcdermott": "Jeremy McDermott"}) == spelled
