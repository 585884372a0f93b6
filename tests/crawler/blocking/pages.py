"""One page for each rule of blocked pages, made up here in the manner of its kind."""

from __future__ import annotations

from dataclasses import dataclass

WORDS = "The harbour master counted forty crates of copper before noon and signed for each of them. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response in an article's place."""

    reason: str
    status: int = 200
    fields: tuple[str, ...] = ()
    body: str

    @property
    def head(self) -> bytes:
        """The head as it would be received."""
        return "\r\n".join([f"HTTP/1.1 {self.status} Whatever", *self.fields, "", ""]).encode()


def page(title: str, body: str, *, head: str = "", attributes: str = "") -> str:
    """Return a page."""
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body {attributes}>{body}</body></html>"


ANSWERS: dict[str, Answer] = {
    "challenge header": Answer(
        reason="challenge",
        status=403,
        fields=("cf-mitigated: challenge", "Server: gatehouse"),
        body=page("Harbour gate", "<p>Hold on.</p>"),
    ),
    "firewall action header": Answer(
        reason="challenge", status=202, fields=("x-amzn-waf-action: challenge",), body=page("", "")
    ),
    "waiting page": Answer(
        reason="challenge",
        status=503,
        body=page("Just a moment...", "<h1>harbour.example</h1><p>We look at your browser first. Ray 8c0ffee.</p>"),
    ),
    "browser check": Answer(
        reason="challenge",
        body=page("harbour.example", '<p>One second.</p><form id="challenge-form" action="/x" method="POST"></form>'),
    ),
    "challenge script alone": Answer(
        reason="challenge",
        status=403,
        body=page("harbour.example", '<script src="https://ct.captcha-delivery.com/c.js"></script><p>Wait.</p>'),
    ),
    "captcha title": Answer(
        reason="captcha", body=page("Verifying you are human", "<p>It takes no more than a blink.</p>")
    ),
    "captcha box alone": Answer(
        reason="captcha",
        status=429,
        body=page("harbour.example", '<p>Tick the box to show you are not a robot.</p><div class="h-captcha"></div>'),
    ),
    "unusual traffic": Answer(
        reason="captcha",
        status=429,
        body=page("Sorry", "<p>Our systems have detected unusual traffic coming from your computer network.</p>"),
    ),
    "firewall page": Answer(
        reason="refused", body=page("Access Denied", "<h1>Access Denied</h1><p>Reference #18.c0ffee.1732.</p>")
    ),
    "firewall sentence": Answer(
        reason="refused",
        body=page("Notice", "<p>The requested URL was rejected. Please consult with your administrator. ID: 77</p>"),
    ),
    "consent wall": Answer(
        reason="consent wall",
        body=page(
            "Before you continue to The Harbour Ledger",
            f"<h1>Cookies first</h1><p>{WORDS * 6}</p><p>We and our 812 partners store cookies on your device.</p>"
            '<form action="/agree"><button>Accept all</button><button>Reject all</button></form>',
        ),
    ),
    "consent form alone": Answer(
        reason="consent wall",
        body=page(
            "The Harbour Ledger",
            '<form action="https://consent.harbour.example/save"><p>May we?</p><button>Yes</button></form>',
        ),
    ),
    "sign-in page": Answer(
        reason="login wall",
        body=page(
            "Sign in | The Harbour Ledger",
            "<h1>Welcome back</h1><p>Readers with an account see everything that we print, every day of the week.</p>"
            '<form action="/login"><input name="who"><input type="password" name="word"></form>',
        ),
    ),
    "sign-in form alone": Answer(
        reason="login wall",
        body=page("The Harbour Ledger", '<form action="/in"><input type="password" name="word"></form>'),
    ),
    "error page of a theme": Answer(
        reason="error page",
        body=page("The Harbour Ledger", f"<h1>Lost?</h1><p>{WORDS * 30}</p>", attributes='class="blog error404"'),
    ),
    "error title": Answer(
        reason="error page",
        body=page("Page not found - The Harbour Ledger", f"<h1>Page not found</h1><p>{WORDS}</p><p>{WORDS}</p>"),
    ),
    "maintenance title": Answer(
        reason="error page",
        body=page("Site under maintenance", f"<h1>Back soon</h1><p>We paint the hull. {WORDS}</p>"),
    ),
    "error sentence": Answer(reason="error page", body=page("", "<h1>Error establishing a database connection</h1>")),
    "server's own first page": Answer(
        reason="error page", body=page("Welcome to nginx!", f"<h1>It works</h1><p>{WORDS * 20}</p>")
    ),
    "parked domain": Answer(
        reason="parked domain", body=page("harbour.example", "<h2>This domain is for sale!</h2><p>Make an offer.</p>")
    ),
    "asks for JavaScript": Answer(
        reason="needs JavaScript",
        body=page("The Harbour Ledger", "<noscript>You need to enable JavaScript to run this app.</noscript>"),
    ),
    "empty shell": Answer(
        reason="needs JavaScript",
        body=page("The Harbour Ledger", '<div id="root"></div><script src="/main.3f.js"></script>'),
    ),
    "leads on by script": Answer(
        reason="needs JavaScript",
        body=page("", '<p>One step further.</p><script>window.location = "/gate?next=1";</script>'),
    ),
    "scripts alone": Answer(reason="needs JavaScript", body=page("", '<script src="/a1b2.js"></script>')),
    "status": Answer(reason="refused", status=403, body=page("No", "<p>Not today.</p>")),
}
