"""Countries named in tags and titles: ISO 3166-1 alpha-2 for the Americas and those that their news often names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAMES = """
AG Antigua and Barbuda|Antigua & Barbuda|Antigua y Barbuda
AI Anguilla
AR Argentina
AW Aruba
BB Barbados
BL Saint Barthélemy|San Bartolomé
BM Bermuda|Bermudas
BO Bolivia
BQ Bonaire
BR Brazil|Brasil
BS Bahamas
BZ Belize|Belice
CA Canada|Canadá
CL Chile
CO Colombia
CR Costa Rica
CU Cuba
CW Curaçao|Curacao|Curazao
DM Dominica
DO Dominican Republic|República Dominicana|Republica Dominicana
EC Ecuador
FK Falkland Islands|Islas Malvinas
GD Grenada
GF French Guiana|Guayana Francesa|Guyana Francesa
GL Greenland|Groenlandia
GP Guadeloupe|Guadalupe
GT Guatemala
GY Guyana
HN Honduras
HT Haiti|Haití
JM Jamaica
KN Saint Kitts and Nevis|St. Kitts and Nevis|St Kitts and Nevis|San Cristóbal y Nieves
KY Cayman Islands|Islas Caimán
LC Saint Lucia|St. Lucia|St Lucia|Santa Lucía
MF Saint Martin
MQ Martinique|Martinica
MS Montserrat
MX Mexico|México|Méjico
NI Nicaragua
PA Panama|Panamá
PE Peru|Perú
PM Saint Pierre and Miquelon
PR Puerto Rico
PY Paraguay
SR Suriname|Surinam
SV El Salvador
SX Sint Maarten
TC Turks and Caicos|Turks & Caicos|Islas Turcas y Caicos
TT Trinidad and Tobago|Trinidad & Tobago|Trinidad y Tobago
US United States|United States of America|Estados Unidos|EE.UU.|EE. UU.|EEUU|EE UU|USA|U.S.A.|U.S.|US
UY Uruguay
VC Saint Vincent and the Grenadines|St. Vincent and the Grenadines|San Vicente y las Granadinas
VE Venezuela
VG British Virgin Islands|Islas Vírgenes Británicas|BVI
VI US Virgin Islands|U.S. Virgin Islands|Islas Vírgenes de Estados Unidos
AE United Arab Emirates|Emiratos Árabes Unidos
AF Afghanistan|Afganistán
AL Albania
AO Angola
AT Austria
AU Australia
BA Bosnia and Herzegovina|Bosnia
BE Belgium|Bélgica
BG Bulgaria
BY Belarus|Bielorrusia
CD Democratic Republic of Congo|Democratic Republic of the Congo|República Democrática del Congo
CH Switzerland|Suiza
CI Ivory Coast|Côte d’Ivoire|Côte d'Ivoire|Costa de Marfil
CN China
CV Cape Verde|Cabo Verde
CY Cyprus|Chipre
CZ Czech Republic|República Checa
DE Germany|Alemania
DK Denmark|Dinamarca
DZ Algeria|Argelia
EG Egypt|Egipto
ES Spain|España
FI Finland|Finlandia
FR France|Francia
GB United Kingdom|Reino Unido|Great Britain|Gran Bretaña|UK|U.K.
GH Ghana
GM Gambia
GN Guinea
GQ Equatorial Guinea|Guinea Ecuatorial
GR Greece|Grecia
GW Guinea-Bissau|Guinea Bissau|Guinea-Bisáu
HK Hong Kong
HR Croatia|Croacia
HU Hungary|Hungría
ID Indonesia
IE Ireland|Irlanda
IL Israel
IN India
IQ Iraq|Irak
IR Iran|Irán
IS Iceland|Islandia
IT Italy|Italia
JP Japan|Japón
KE Kenya|Kenia
KP North Korea|Corea del Norte
KR South Korea|Corea del Sur
LB Lebanon|Líbano
LT Lithuania|Lituania
LR Liberia
LY Libya|Libia
MA Morocco|Marruecos
ME Montenegro
ML Mali|Malí
MM Myanmar|Birmania
MT Malta
MY Malaysia|Malasia
MZ Mozambique
NE Niger|Níger
NG Nigeria
NL Netherlands|The Netherlands|Holland|Países Bajos|Holanda
NO Norway|Noruega
NZ New Zealand|Nueva Zelanda
PG Papua New Guinea|Papúa Nueva Guinea
PH Philippines|Filipinas
PK Pakistan|Pakistán
PL Poland|Polonia
PT Portugal
QA Qatar|Catar
RO Romania|Rumania|Rumanía
RS Serbia
RU Russia|Rusia
SA Saudi Arabia|Arabia Saudita|Arabia Saudí
SE Sweden|Suecia
SG Singapore|Singapur
SL Sierra Leone|Sierra Leona
SN Senegal
SO Somalia
SY Syria|Siria
TH Thailand|Tailandia
TR Türkiye|Turquía
TW Taiwan|Taiwán
TZ Tanzania
UA Ukraine|Ucrania
VA Vatican City|Ciudad del Vaticano
VN Vietnam
ZA South Africa|Sudáfrica
"""
# Also names of states, persons, cities or birds: counted only where they are a whole tag.
_ONLY_AS_TAG = {"Granada": "GD", "Jordan": "JO", "Jordania": "JO", "Chad": "TD", "Turkey": "TR", "Trinidad": "TT"}
# A place that has a country's name in its own.
_OTHER_PLACES = (
    "New Mexico|Nuevo México|Nuevo Mexico|Guinea pig|Guinea pigs|South Georgia|New Granada|Little Haiti|Peru, Indiana"
    "|Lebanon, Pennsylvania|Panama City Beach|Gulf of Guinea|Golfo de Guinea|Lake Peru|China White"
)

CODES = {name: line[:2] for line in _NAMES.strip().splitlines() for name in line[3:].split("|")}
_CAPITALS = frozenset({"US", "UK", "BVI", "USA"})
_FOLDED = {name.casefold(): code for name, code in CODES.items() if name not in _CAPITALS}


def _pattern() -> re.Pattern[str]:
    """Match the longest name first; names end at a letter's end, so adjectives (`Colombian`) are none."""
    others = [re.escape(name) for name in _OTHER_PLACES.split("|")]
    small = sorted((re.escape(name) for name in CODES if name not in _CAPITALS), key=len, reverse=True)
    capitals = "|".join(sorted(_CAPITALS, key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?:(?P<other>(?i:{'|'.join(others)}))|(?P<name>(?i:{'|'.join(small)})|{capitals}))(?!\w)"
    )


_NAMED = _pattern()


def find_countries(tags: Iterable[str], title: str) -> tuple[str, ...]:
    """Return the codes of the countries that a tag or the title names, in the order found."""
    codes = [code for tag in tags for code in _codes_in(tag, whole=True)]
    return tuple(dict.fromkeys([*codes, *_codes_in(title, whole=False)]))


def _codes_in(text: str, *, whole: bool) -> list[str]:
    if whole and text.title() in _ONLY_AS_TAG:
        return [_ONLY_AS_TAG[text.title()]]
    # A title in capitals would turn every `us` into a country.
    shouted = text.isupper() and " " in text
    names = [match["name"] for match in _NAMED.finditer(text) if match["name"]]
    return [_code_of(name) for name in names if not (shouted and name == "US")]


def _code_of(name: str) -> str:
    return CODES.get(name) or _FOLDED[name.casefold()]
