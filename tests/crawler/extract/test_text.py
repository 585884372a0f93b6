"""Text as printed, folded, and its digests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import content_digest, fold, simhash
from crawler.extract.text import clean

WORDS = "A gang in the north of the country has begun to charge small shops for what it calls protection . " * 5


def test_white_space_is_one_space_and_text_is_nfc() -> None:
    assert clean(" Uraben\u0303os\u00a0\n\tin\u200b Lima\u00ad ") == "Urabeños in Lima"


def test_quotes_and_dashes_stay_as_printed() -> None:
    assert clean('“a” -- b’s — "c"') == '“a” -- b’s — "c"'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"Don Leo,” he said', "“Don Leo,” he said"),
        ("Colombia’s", "Colombia's"),
        ("The crime -- which", "The crime — which"),
        ("2013–2014", "2013-2014"),
        ("a - b", "a – b"),
        ("wait…", "wait..."),
        ("a\u00a0b", "a b"),
        ("«hola»", '"hola"'),
    ],
)
def test_typography_folds_away(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("La Unión de Tepito", "La Unión Tepito"), ("Peru", "Perú"), ("a.", "a")])
def test_words_and_letters_do_not_fold_away(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_clean_and_fold_are_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


def test_content_digest_is_over_folded_title_and_text() -> None:
    assert content_digest("It’s", "a — b") == content_digest("It's", "a -- b")
    assert content_digest("a", "b") != content_digest("b", "a")
    assert content_digest("", "").startswith("sha256:01ba4719c80b6fe9")


def test_simhash_of_near_texts_differs_in_few_bits() -> None:
    near = simhash(WORDS.replace("small", "some"))
    assert (int(simhash(WORDS), 16) ^ int(near, 16)).bit_count() < 16
    assert (int(simhash(WORDS), 16) ^ int(simhash("nothing of it at all " * 20), 16)).bit_count() > 16


@pytest.mark.parametrize("text", ["", "one", "two words", "…"])
def test_simhash_of_short_texts_has_16_digits(text: str) -> None:
    assert len(simhash(text)) == 16
