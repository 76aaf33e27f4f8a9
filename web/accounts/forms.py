"""Forms of accounts. They tell browsers what each box is for, so that password managers can help."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from matcher.accounts.addresses import clean_address
from matcher.accounts.registering import NAME_CHARS, clean_name
from matcher.people import MembershipRole
from matcher.vocabulary import Language
from web.posting.fields import DraftForm, Line, OneOf, Tick, choices_of

#: Fewest characters of a password. Chosen: more than the 8 of NIST SP 800-63B, section 5.1.1, which asks for no
#: mixture of signs either.
PASSWORD_CHARS: Final = 10
#: Most characters that are looked at. Chosen: a sentence fits; hashing takes no longer for it.
MOST_PASSWORD_CHARS: Final = 200
#: Fewest different signs of a password. Chosen: it refuses "aaaaaaaaaa" and "1212121212".
DIFFERENT_SIGNS: Final = 5

NAME_LABEL: Final = _l("Your name")


class Secret(Line):
    """A password: never sent back to the page."""

    def __init__(self, text: Any, hint: Any = "", *, autocomplete: str, **more: Any) -> None:
        super().__init__(text, hint, render_kw={"type": "password", "autocomplete": autocomplete}, **more)


class Address(Line):
    """An e-mail address; ``clean`` is what mail can be sent to, once :meth:`judge` found it."""

    clean = ""

    def __init__(self, text: Any = None, hint: Any = "", *, autocomplete: str = "email", **more: Any) -> None:
        kind = {"type": "email", "inputmode": "email", "autocomplete": autocomplete, "spellcheck": "false"}
        super().__init__(text or _l("E-mail address"), hint, render_kw=kind, **more)

    def judge(self) -> bool:
        """True for an address; otherwise the field gets its sentence."""
        self.clean = clean_address(self.data or "") or ""
        if not self.clean:
            self.errors = [gettext("Write an e-mail address, such as name@example.org.")]
        return bool(self.clean)


class AccountForm(DraftForm):
    """A form of this area: it comes back with what was typed, and with the page to go on to."""

    next = HiddenField()

    def problem_list(self) -> list[tuple[str, Any, Any]]:
        """Identifier and label of the field, and sentence, of every problem."""
        return [(field.id, field.label.text, error) for field in self for error in field.errors]


class SignInForm(AccountForm):
    """Address and password."""

    email = Address(autocomplete="username")
    password = Secret(_l("Password"), autocomplete="current-password")
    keep = Tick(_l("Stay signed in on this device"), _l("For a month at most. Not on a computer that others use."))


class AddressForm(AccountForm):
    """An address that a mail is sent to."""

    email = Address()


class CodeForm(AccountForm):
    """A code of an authenticator app, or a recovery code."""

    code = Line(
        _l("Code"),
        _l("Six digits from your authenticator app, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"},
    )


class AgainForm(AccountForm):
    """The password once more."""

    password = Secret(_l("Password"), autocomplete="current-password")


class NewPasswordForm(AccountForm):
    """A new password."""

    password = Secret(
        _l("New password"),
        _l("At least 10 characters. A sentence is a good one, and easy to keep in mind."),
        autocomplete="new-password",
    )

    def judge_password(self, address: str, *, optional: bool = False) -> bool:
        """True for a password that may be used; otherwise the field gets its sentence."""
        problem = password_problem(self.password.data or "", address, optional=optional)
        self.password.errors = [problem] if problem else []
        return not problem


class NewAccountForm(NewPasswordForm):
    """Whoever confirmed an address makes the account with this."""

    name = Line(
        NAME_LABEL,
        _l("Your colleagues see it, and those you are introduced to. Nobody else."),
        render_kw={"autocomplete": "name", "maxlength": NAME_CHARS},
    )
    password = Secret(
        _l("Password"),
        _l("At least 10 characters. Leave it blank to sign in by a link that we mail to you each time."),
        autocomplete="new-password",
    )
    consent = Tick(
        _l("I agree that the site keeps my name and my address to run my account"),
        _l("You can download or delete all of it at any time."),
    )


class ChangePasswordForm(NewPasswordForm):
    """The password at hand, when there is one, and the new one."""

    current = Secret(_l("Password until now"), autocomplete="current-password")


class DetailsForm(AccountForm):
    """Name and language."""

    name = Line(NAME_LABEL, render_kw={"autocomplete": "name", "maxlength": NAME_CHARS})
    language = OneOf(_l("Language of your mails"), choices_of(Language))


class InviteForm(AccountForm):
    """A colleague's address, and what they may do."""

    email = Address(_l("Your colleague’s e-mail address"), autocomplete="off")
    role = OneOf(
        _l("What they may do"),
        [
            SelectChoice(MembershipRole.MEMBER.value, _l("Member: edits postings and answers")),
            SelectChoice(MembershipRole.MANAGER.value, _l("Manager: invites and removes colleagues as well")),
        ],
    )


def password_problem(password: str, address: str, *, optional: bool = False) -> str | None:
    """What is wrong with a new password, in words; None when it may be used."""
    if optional and not password:
        return None
    if len(password) < PASSWORD_CHARS:
        return gettext("Choose at least %(number)s characters.", number=PASSWORD_CHARS)
    if len(password) > MOST_PASSWORD_CHARS:
        return gettext("Choose at most %(number)s characters.", number=MOST_PASSWORD_CHARS)
    if len(set(password)) < DIFFERENT_SIGNS:
        return gettext("Choose a password with more different signs.")
    if address and address.partition("@")[0].lower() in password.lower() and len(password) < 2 * PASSWORD_CHARS:
        return gettext("Choose a password that does not hold your address.")
    return None


def named(form: NewAccountForm | DetailsForm) -> bool:
    """True when a name was typed; otherwise its field gets a sentence."""
    if clean_name(form.name.data or ""):
        return True
    form.name.errors = [gettext("Write your name, or what your colleagues call you.")]
    return False
