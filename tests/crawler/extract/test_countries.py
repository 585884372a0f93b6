"""Countries named in tags and titles."""

from __future__ import annotations

import pytest

from crawler.extract.countries import CODES, find_countries


@pytest.mark.parametrize(
    ("tags", "title", "codes"),
    [
        (["Colombia", "Colombia"], "", ("CO",)),
        (["COLOMBIA"], "Peru’s gangs", ("CO", "PE")),
        (["Featured", "Infographics"], "Colombian police in a Peruvian port", ()),
        ([], "Guns in New Mexico", ()),
        ([], "Mexico City's gangs", ("MX",)),
        ([], "Georgia on the mind, Jordan on the pitch", ()),
        ([], "Guinea pigs", ()),
        ([], "Guinea-Bissau and Equatorial Guinea", ("GW", "GQ")),
        ([], "Niger is not Nigeria", ("NE", "NG")),
        ([], "Drug Ring in Dominican Republic", ("DO",)),
        ([], "Dominica, an island", ("DM",)),
        ([], "A port in British Columbia", ()),
        ([], "Tell us about the US-Mexico border", ("US", "MX")),
        ([], "TELL US ABOUT PERU", ("PE",)),
        ([], "Brazil-Paraguay Border", ("BR", "PY")),
        (["Brasil", "México", "Perú", "Panamá", "Haití"], "", ("BR", "MX", "PE", "PA", "HT")),
        ([], "EE.UU. y República Dominicana", ("US", "DO")),
        (["El Salvador"], "Salvador", ("SV",)),
        (["Costa Rica", "Puerto Rico"], "", ("CR", "PR")),
        (["Trinidad and Tobago"], "", ("TT",)),
        (["Turkey"], "Turkey shoot", ("TR",)),
    ],
)
def test_only_named_countries_count(tags: list[str], title: str, codes: tuple[str, ...]) -> None:
    assert find_countries(tags, title) == codes


def test_all_countries_of_the_americas_are_known() -> None:
    americas = (
        "AG AI AR AW BB BL BM BO BQ BR BS BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GT GY HN HT JM KN KY LC MF MQ MS"
        " MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI"
    )
    assert set(americas.split()) <= set(CODES.values())
