"""What two sides said to a proposal, and what came of it.

A pair that the matcher proposed is a row of ``proposal``. An :class:`Introduction` begins with the first thing that
either side, or the animator, does about it. Its events are added and never changed: state and dates of the row are
what they add up to (:mod:`matcher.introductions.states`), kept beside them so that lists are one query.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.clock import utc_now
from matcher.people import Actor, Counterfactual, DeclineReason, IntroductionEventKind, IntroductionState, Outcome
from matcher.store.base import NUMBERED_ONCE, Base, UtcDateTime, created, enum_column, int_pk
from matcher.store.encryption import EncryptedText
from matcher.store.postings import Need, Offer
from matcher.vocabulary import ContactMode, PostingKind


class Introduction(Base):
    """One need and one offer whose sides said something about each other, once per pair."""

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("need_id", "offer_id"),
        Index("ix_introduction_state_due", "state", "due_on"),
        # The rule that everything else serves: nobody is introduced before both said yes.
        CheckConstraint(
            "state NOT IN ('introduced', 'met', 'started', 'ended') "
            "OR (need_yes_at IS NOT NULL AND offer_yes_at IS NOT NULL)",
            name="two_yeses",
        ),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    proposed_by: Mapped[Actor] = mapped_column(enum_column(Actor), default=Actor.SYSTEM, comment="who brought them up")
    state: Mapped[IntroductionState | None] = mapped_column(
        enum_column(IntroductionState), comment="null: proposed or seen, nobody has answered"
    )
    need_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    need_yes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_yes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    need_mode: Mapped[ContactMode | None] = mapped_column(enum_column(ContactMode), comment="chosen with the yes")
    offer_mode: Mapped[ContactMode | None] = mapped_column(enum_column(ContactMode, "offer_mode"))
    declined_by: Mapped[Actor | None] = mapped_column(enum_column(Actor, "declined_by"))
    decline_reason: Mapped[DeclineReason | None] = mapped_column(enum_column(DeclineReason))
    need_not_before: Mapped[date | None] = mapped_column(comment="asked not to hear of it before this day")
    offer_not_before: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(comment="when silence ends it, or when to ask how it goes")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    relay_key: Mapped[str | None] = mapped_column(
        String(32), unique=True, comment="local part of the thread's masked address; made when both said yes"
    )
    created_at: Mapped[created]

    need: Mapped[Need] = relationship(lazy="select")
    offer: Mapped[Offer] = relationship(lazy="select")
    events: Mapped[list[IntroductionEvent]] = relationship(
        lazy="select", cascade="all, delete-orphan", order_by="IntroductionEvent.id", back_populates="introduction"
    )


class IntroductionEvent(Base):
    """Something that happened to a pair. Rows are added and never changed."""

    __tablename__ = "introduction_event"
    __table_args__ = (
        CheckConstraint("(kind = 'declined') = (reason IS NOT NULL)", name="declined_has_reason"),
        CheckConstraint("(kind = 'outcome') = (outcome IS NOT NULL)", name="outcome_is_told"),
        Index("ix_introduction_event_kind_at", "kind", "at"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    actor: Mapped[Actor] = mapped_column(enum_column(Actor))
    kind: Mapped[IntroductionEventKind] = mapped_column(enum_column(IntroductionEventKind))
    reason: Mapped[DeclineReason | None] = mapped_column(enum_column(DeclineReason))
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    counterfactual: Mapped[Counterfactual | None] = mapped_column(enum_column(Counterfactual))
    text: Mapped[str] = mapped_column(EncryptedText, default="", comment="private to the two sides; may be empty")

    introduction: Mapped[Introduction] = relationship(back_populates="events")


class ThreadMessage(Base):
    """What one side wrote to the other after both had said yes."""

    __tablename__ = "thread_message"
    __table_args__ = (UniqueConstraint("introduction_id", "message_key"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    side: Mapped[PostingKind] = mapped_column(enum_column(PostingKind), comment="whose side wrote")
    text: Mapped[str] = mapped_column(EncryptedText, comment="private to the two sides")
    by_mail: Mapped[bool] = mapped_column(default=False, comment="came through the relay")
    message_key: Mapped[str | None] = mapped_column(
        String(64), comment="hash of the mail's Message-ID, or of the form: nothing arrives twice"
    )
    call_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="proposes a call then")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="first opened by the other side")


class PostingQuestion(Base):
    """Something that a producer asks about a need; its answer is for everybody, once for all."""

    __tablename__ = "posting_question"
    __table_args__ = (CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[int | None] = mapped_column(
        ForeignKey("offer.id", ondelete="SET NULL"), index=True, comment="who asks; never shown"
    )
    question: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str] = mapped_column(String(2000), default="", comment="public once it is given")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="taken down by the author or the animator")
