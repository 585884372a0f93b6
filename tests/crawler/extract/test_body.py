"""What is body and what is not: nothing foreign enters it, and no paragraph is lost."""

from __future__ import annotations

import pytest

from tests.crawler.extract.conftest import ReadBrief
from tests.material import REAL

FIRST = "<p>A first paragraph that sums up the matter and stands before all others.</p>"
SECOND = "<p>A second paragraph, which goes on to say who did what to whom, and when.</p>"
BOILERPLATE = [
    "SHARE", "share icon icon icon", "Share this:", "Was this content helpful?", "DONATE", "Name", "Email *", "Comment",
    "×",
    "What are your thoughts? Click here to send InSight Crime your comments.", "Linkedin", "Google +",
    "Connect with us on Linkedin", "16-08-15-InSightCrimeGas", "gas_smuggling-2.jpg", "* * *", "COMPARTIR",
    "The post On the Radar: The End of Colombia’s Total Peace? appeared first on InSight Crime.",
    "We want to sustain Latin America’s largest organized crime database, but in order to do so, we need resources.",
    "A title of its own",
]  # fmt: skip
REAL_LINES = [
    "Share prices of the company fell by half after the raid.",
    "They were asked to donate to the campaign of the mayor.",
    "“Name one,” he said.",
    "Twitter users shared it more than 2,700 times.",
    "What are your thoughts on this? he was asked.",
    "The post office of the town was robbed twice.",
    "Email exchanges between the two men were found.",
    "We want to sustain the peace.",
    "On 16-08-15 the men met again.",
    "M-19",
    "No.",
    "See also the report that the ministry published in May.",
]


def page(inside: str, *, layout: str = "entry-content") -> str:
    return f'<h1 class="entry-title">A title of its own</h1><div class="{layout}">{inside}</div>'


@pytest.mark.parametrize("line", BOILERPLATE)
@pytest.mark.parametrize("tag", ["p", "div", "h3"])
def test_boilerplate_never_enters_the_body(read_brief: ReadBrief, line: str, tag: str) -> None:
    brief = read_brief(page(f"{FIRST}<{tag}>{line}</{tag}>{SECOND}<{tag}>{line}</{tag}>"))
    assert len(brief.body) == 2


@pytest.mark.parametrize("line", REAL_LINES)
def test_a_paragraph_that_only_resembles_boilerplate_stays(read_brief: ReadBrief, line: str) -> None:
    brief = read_brief(page(f"{FIRST}<p>{line}</p>{SECOND}"))
    assert [block.text for block in brief.body][1] == line


@pytest.mark.parametrize("layout", ["entry-content", "td-post-content", "unknown"])
def test_the_first_paragraph_is_never_lost(read_brief: ReadBrief, layout: str) -> None:
    brief = read_brief(page(FIRST + SECOND, layout=layout))
    assert brief.standfirst == brief.body[0].text == FIRST[3:-4]


def test_a_standfirst_above_an_unnamed_body_is_its_first_block(read_brief: ReadBrief) -> None:
    brief = read_brief(f"<h1>A title</h1><div><p>25 MAR 2014</p></div><div>{FIRST}</div><div>{SECOND * 4}</div>")
    assert brief.body[0].text == FIRST[3:-4]


@pytest.mark.parametrize(
    "inline",
    [
        'who <a href="/x">was</a> there',
        "who <em>was</em> there",
        "who <strong>was</strong> there",
        "who<br>was there",
        "who&nbsp;was\n there",
        'who <span style="x"><b><i>was</i></b></span> there',
        'who <a href="/x"><strong>was</strong></a> there',
        "who <!-- no --> was there",
        "who w&shy;as there",
    ],
)
def test_inline_elements_never_split_a_paragraph(read_brief: ReadBrief, inline: str) -> None:
    brief = read_brief(page(f"<p>The man {inline}, and so were a number of other men.</p>"))
    assert [block.text for block in brief.body] == ["The man who was there, and so were a number of other men."]


def test_lists_quotes_and_headings_are_blocks_of_their_type(read_brief: ReadBrief) -> None:
    brief = read_brief(
        page(
            FIRST + "<ul class=wp-block-list><li>one <b>item</b></li><li>two<ul><li>inner</li></ul></li></ul>"
            "<blockquote><p>quoted <i>words</i></p></blockquote><h2>3. A heading</h2>" + SECOND
        )
    )
    assert [(block.type, block.text) for block in brief.body[1:4]] == [
        ("list", "one item\ntwo\ninner"),
        ("quote", "quoted words"),
        ("heading", "3. A heading"),
    ]
    assert brief.text.count("\n\n") == 4


@pytest.mark.parametrize("heading", ["InSight Crime Analysis", "Análisis de InSight Crime", "INSIGHT CRIME ANALYSIS"])
def test_a_bold_analysis_line_is_a_heading(read_brief: ReadBrief, heading: str) -> None:
    brief = read_brief(page(f"{FIRST}<p><strong>{heading}</strong></p>{SECOND}"))
    assert (brief.body[1].type, brief.body[1].text) == ("heading", heading)


@pytest.mark.parametrize(
    "markup",
    [
        '<p><strong>SEE ALSO:</strong> <a href="/news/x/">Coverage</a></p>',
        '<p>SEE ALSO:</p><p><a href="/news/x/">Coverage</a></p>',
        '<blockquote><p><em>SEE ALSO:&nbsp;</em><a href="/news/x/">Coverage</a></p></blockquote>',
        '<h4>VEA TAMBIÉN: <a href="/news/x/">Coverage</a></h4>',
        '<p><strong>SEE ALSO</strong> <a href="/news/x/">Coverage</a></p>',
        '<div>See also: <strong><a href="/news/x/">Coverage</a></strong></div>',
    ],
)
def test_cross_references_are_links_and_not_body(read_brief: ReadBrief, markup: str) -> None:
    brief = read_brief(page(FIRST + markup + SECOND))
    assert [(link.url, link.title) for link in brief.see_also] == [("https://insightcrime.org/news/x/", "Coverage")]
    assert len(brief.body) == 2
    assert brief.links == ()


def test_an_old_reference_in_brackets_stays_in_its_paragraph(read_brief: ReadBrief) -> None:
    brief = read_brief(page(FIRST + "<p>He fled. (See InSight Crime's <a href='/x'>profile</a> of the Urabeños)</p>"))
    assert brief.body[1].text.endswith("profile of the Urabeños)")


def test_both_spellings_of_2026_are_cross_references(read_brief: ReadBrief) -> None:
    path = REAL / "insightcrime" / "see_also_markup_2026.html"
    if not path.exists():
        pytest.skip("the markup is not here")
    brief = read_brief(page(FIRST + path.read_text() + SECOND))
    assert [link.title for link in brief.see_also] == [
        "Special Series: Maduro’s Arrest and Its Criminal Aftermath in Venezuela",
        "Criminal Groups Are Ramping Up Explosives in Mexico",
    ]
    assert len(brief.body) == 2


@pytest.mark.parametrize(
    "caption",
    [
        "<figure><img src=/a.jpg><figcaption>Police at the scene</figcaption></figure>",
        "<div class=wp-caption><img src=/a.jpg><p class=wp-caption-text>Police at the scene</p></div>",
        "<p><img src=/a.jpg></p><p>Police at the scene</p>",
        "<p><img src=/a.jpg><br>Police at the scene</p>",
        "<img src=/a.jpg><p>Police at the scene</p><p>SHARE</p>",
    ],
)
def test_a_caption_before_the_body_belongs_to_the_picture(read_brief: ReadBrief, caption: str) -> None:
    brief = read_brief(page(caption + FIRST + SECOND))
    assert [block.text for block in brief.body] == [FIRST[3:-4], SECOND[3:-4]]
    assert [(image.url, image.caption) for image in brief.images] == [
        ("https://insightcrime.org/a.jpg", "Police at the scene")
    ]


@pytest.mark.parametrize("caption", ["Police at the scene", "Police stand at the scene."])
def test_tagdiv_pages_begin_with_a_caption_and_a_share_line(read_brief: ReadBrief, caption: str) -> None:
    brief = read_brief(page(f"<p>{caption}</p><p>SHARE</p><img src=/a.jpg>{FIRST}{SECOND}", layout="td-post-content"))
    assert [block.text for block in brief.body] == [FIRST[3:-4], SECOND[3:-4]]
    assert brief.images[0].caption == caption


def test_a_caption_in_the_middle_of_the_body_is_left_out(read_brief: ReadBrief) -> None:
    brief = read_brief(page(f"{FIRST}<p><img src=/a.jpg><em>A map of the region</em></p>{SECOND}"))
    assert len(brief.body) == 2


def test_a_paragraph_that_holds_a_picture_stays(read_brief: ReadBrief) -> None:
    brief = read_brief(page(f"{FIRST}<p><img src=/a.jpg>He said so, and left the town.</p>{SECOND}"))
    assert len(brief.body) == 3


def test_a_first_paragraph_below_a_picture_is_no_caption(read_brief: ReadBrief) -> None:
    brief = read_brief(page(f"<p><img src=/a.jpg></p>{FIRST}{SECOND}"))
    assert len(brief.body) == 2


def test_a_first_paragraph_that_the_page_describes_itself_by_is_no_caption(read_brief: ReadBrief) -> None:
    head = '<meta name="description" content="A first paragraph that sums up the matter and stands before all others.">'
    brief = read_brief(head + page(f"{FIRST}<p>SHARE</p>{SECOND}", layout="td-post-content"))
    assert len(brief.body) == 2


def test_the_licence_paragraph_goes_to_licence(read_brief: ReadBrief) -> None:
    licence = "We encourage readers to copy and distribute our work for non-commercial purposes."
    brief = read_brief(page(f"{FIRST}{SECOND}<p>We encourage readers to <a href=/x>copy</a>{licence[28:]}</p>"))
    assert brief.licence == licence
    assert len(brief.body) == 2


def test_related_cards_inside_the_content_are_not_body(read_brief: ReadBrief) -> None:
    cards = (
        "<h2>Related Content</h2><div><a href='/news/x/'><p>A teaser of another article that is cut off…</p></a></div>"
    )
    brief = read_brief(page(FIRST + SECOND + cards))
    assert len(brief.body) == 2
    assert [link.url for link in brief.related] == ["https://insightcrime.org/news/x/"]


def test_text_outside_paragraphs_is_kept(read_brief: ReadBrief) -> None:
    brief = read_brief(page("Loose words, a full sentence of them, before any paragraph. <p>In one.</p> Loose after."))
    assert [block.text for block in brief.body] == [
        "Loose words, a full sentence of them, before any paragraph.",
        "In one.",
        "Loose after.",
    ]
