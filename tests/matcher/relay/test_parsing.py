"""Reading a mail: text, files, machines, bounces, and bytes that are no mail."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.relay.automatic import Bounce
from matcher.relay.parsing import Incoming, read_mail
from matcher.relay.refusals import MailRefused, RefusalCode
from tests.matcher.relay.mails import BOUNCE, RELAY, mail


def read(made: EmailMessage | bytes, **told: object) -> Incoming:
    """What is read of a mail."""
    raw = made if isinstance(made, bytes) else made.as_bytes()
    return read_mail(raw, **({"max_bytes": 100_000} | told))  # type: ignore[arg-type]


def test_a_plain_mail_is_read() -> None:
    """Sender, recipient, text."""
    found = read(mail("Bonjour,\n\nmardi à 14 h ?\n\n-- \nClaire"))
    assert (found.sender, found.recipients) == ("claire@asso.example", (RELAY,))
    assert found.text == "Bonjour,\n\nmardi à 14 h ?"
    assert (found.is_automatic, found.not_authentic, found.attachments) == (False, False, 0)


def test_html_alone_is_read_as_text() -> None:
    """Without its scripts and styles; the quoted mail goes."""
    html = (
        "<html><head><style>p {color: red}</style></head><body><p>Bonjour&nbsp;!</p>"
        "<ul><li>mardi</li><li>jeudi</li></ul>"
        "<script>alert(1)</script><div>Le 23 nov. 2026, Claire a écrit :<br></div>"
        "<blockquote><p>Quel jour ?</p></blockquote></body></html>"
    )
    made = EmailMessage()
    made["From"], made["To"] = "claire@asso.example", RELAY
    made.set_content(html, subtype="html")
    assert read(made).text == "Bonjour !\n- mardi\n- jeudi"


def test_the_plain_part_wins_over_html() -> None:
    """It is what its author's program meant for readers of text."""
    assert read(mail("Texte", html="<p>Autre</p>")).text == "Texte"


def test_a_strange_charset_is_read_all_the_same() -> None:
    """A letter too few is better than no message; a codec that is no charset is not run."""
    for charset in (b"iso-8859-1", b"no-such-charset", b"rot13", b"zlib"):
        raw = b"From: a@b.example\nTo: c@d.example\nContent-Type: text/plain; charset=" + charset + b"\n\nCaf\xe9 court"
        assert read(raw).text.startswith("Caf")


def test_files_are_counted_and_logos_are_not() -> None:
    """A logo that the HTML shows is part of a signature; nobody means to send it."""
    made = mail("Texte", html='<p>Texte <img src="cid:logo"></p>')
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="devis.pdf")
    logo = EmailMessage()
    logo.set_content(b"png", "image", "png", disposition="inline", cid="<logo>")
    made.attach(logo)
    inner = mail("Un autre texte", Subject="inner")
    made.add_attachment(inner)
    found = read(made)
    assert (found.text, found.attachments) == ("Texte", 2)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<list.example.org>"},
        {"Return_Path": "<>"},
    ],
)
def test_machines_are_recognised(headers: dict[str, str]) -> None:
    """Answering one makes a loop."""
    assert read(mail(**headers)).is_automatic


def test_a_person_is_no_machine() -> None:
    """Headers that people's programs write as well."""
    assert not read(mail(Auto_Submitted="no", Return_Path="<claire@asso.example>")).is_automatic


TOLD = "mx.example.org; spf={spf} smtp.mailfrom=asso.example; dkim={dkim} (ok) header.d=asso.example"


@pytest.mark.parametrize(
    ("header", "refused"),
    [
        (TOLD.format(spf="pass", dkim="pass"), False),
        (TOLD.format(spf="fail", dkim="pass"), False),  # passed on by another server
        (TOLD.format(spf="fail", dkim="none"), True),
        ("mx.example.org 1; dmarc=fail (p=reject) header.from=asso.example; dkim=pass", True),
        ("mx.example.org; dmarc=pass; spf=fail", False),
        ("other.example.org; dmarc=fail", False),
        ("mx.example.org; none", False),
        ("mx.example.org; spf=pass (dmarc=fail is only said here)", False),
    ],
)
def test_what_the_trusted_server_says_counts(header: str, refused: bool) -> None:
    """And that of no other, and nothing in comments."""
    assert read(mail(Authentication_Results=header), trusted_server="mx.example.org").not_authentic is refused
    assert not read(mail(Authentication_Results=header)).not_authentic


def test_the_server_that_took_the_mail_knows_best_for_whom() -> None:
    """Before any header, which the sender wrote."""
    assert read(mail(), recipient="Real@relay.example.org").recipients[0] == "real@relay.example.org"


def test_two_senders_are_none() -> None:
    """Nobody can tell who of them wrote."""
    raw = b"From: a@b.example, c@d.example\nTo: e@f.example\n\nBonjour"
    assert read(raw).sender == ""


def test_the_same_mail_has_the_same_key() -> None:
    """Whatever the servers on its way added; without a Message-ID its bytes decide."""
    first, again = read(mail()), read(b"Received: by x\n" + mail().as_bytes())
    assert first.message_key == again.message_key
    assert read(mail(Message_ID="")).message_key != read(mail("Autre", Message_ID="")).message_key


def test_a_bounce_names_the_mail_that_did_not_arrive() -> None:
    """And its code; one that is only late is no bounce."""
    assert read(BOUNCE % {b"action": b"failed"}).bounce == Bounce("<mail-12@example.org>", "5.1.1")
    late = read(BOUNCE % {b"action": b"delayed"})
    assert late.bounce is None
    assert late.is_automatic


@pytest.mark.parametrize("code", [RefusalCode.TOO_LARGE, RefusalCode.UNREADABLE])
def test_what_cannot_be_read_is_refused(code: RefusalCode) -> None:
    """By its code; nothing of the mail is in the error."""
    raw = b"A: b\n\n" + b"x" * 200_000 if code is RefusalCode.TOO_LARGE else b"\n\nno headers"
    with pytest.raises(MailRefused, match=f"^{code.value}$"):
        read(raw)


def test_parts_in_parts_cost_little() -> None:
    """Each level costs the parser a pass over all lines: a mail of thousands is refused before it is parsed."""
    levels = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    start = time.process_time()
    with pytest.raises(MailRefused):
        read(b"From: a@b.example\n" + levels, max_bytes=10_000_000)
    assert time.process_time() - start < 2


_PIECES = st.sampled_from(
    b"""From: |To: |Content-Type: |multipart/mixed; boundary=b|multipart/report|text/html|text/rfc822-headers|
|

|--b
|--b--|message/rfc822|message/delivery-status|Content-Transfer-Encoding: |base64|quoted-printable|uuencode|charset=
|utf-16|idna|punycode|=?utf-8?q?=E9?=|=?x?b?!?=|<![x|<p>|<blockquote>|Message-ID: <|>
|Content-Disposition: attachment; filename*=|utf-8''%E9|Authentication-Results: m; spf=|;|"|(|\xe9|\x00|@|a@b.example
|Action: failed
|Status: 5.1.1
""".split(b"|")
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(_PIECES | st.binary(max_size=6), max_size=40).map(b"".join)))
@example(b"Content-Type: text/html\n\n<![foo[ x")
@example(b'Content-Type: multipart/report; boundary=""\n\n--\n')
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    """A mail server hands over whatever it got."""
    try:
        found = read_mail(raw, max_bytes=10_000, trusted_server="m")
    except MailRefused:
        return
    assert len(found.message_key) == 64
    assert "\x00" not in found.text
