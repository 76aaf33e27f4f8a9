"""accounts, introductions, mails, oversight"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - one line a table
    op.create_table(
        "job_mark",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="such as the number of the last change that was seen"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_mark")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="private"),
        sa.Column(
            "password", sa.String(length=255), nullable=True, comment="argon2 hash; null: signs in by link or passkey"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="private; signs messages"),
        sa.Column(
            "language",
            sa.Enum("fr", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False, comment="changes when all sessions must end"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.Text(), nullable=True),
        sa.Column("us_totp_secrets", sa.Text(), nullable=True),
        sa.Column("mf_recovery_codes", sa.Text(), nullable=False, comment="hashed by Flask-Security"),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "warned_at", sa.DateTime(timezone=True), nullable=True, comment="told that the account will be deleted"
        ),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_account_fs_webauthn_user_handle")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_last_active_at"), ["last_active_at"], unique=False)

    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "organiser",
                "animator",
                "administrator",
                "support_body",
                name="accountrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False, comment="such as organisation.merged"),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_audit_entry_account_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entry_object", ["object_kind", "object_id"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.Text(), nullable=False),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "review",
        sa.Column(
            "kind",
            sa.Enum("need", "offer", name="postingkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("object_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "changes_asked",
                "refused",
                name="reviewstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text_hash", sa.String(length=64), nullable=False, comment="of the text that was looked at"),
        sa.Column("remark", sa.Text(), nullable=False, comment="to the author: what to change"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_review_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_state"), ["state"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="private"),
        sa.Column("address_index", sa.String(length=64), nullable=False, comment="blind index of address"),
        sa.Column(
            "role",
            sa.Enum("manager", "member", name="membershiprole", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["account.id"], name=op.f("fk_invitation_invited_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "organisation_id", "address_index", name=op.f("uq_invitation_organisation_id_address_index")
        ),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "mail_preference",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                "weekly", "at_once", "never", name="mailfrequency", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "paused_until", sa.Date(), nullable=True, comment="no mail before this day but what both sides agreed on"
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True, comment="unsubscribed from everything"),
        sa.Column("bounces", sa.Integer(), nullable=False, comment="in a row; three stop mails to the address"),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True, comment="what is older was in a digest"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_mail_preference_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_mail_preference")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("manager", "member", name="membershiprole", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("receives_mail", sa.Boolean(), nullable=False, comment="gets the organisation's mails"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("account_id", "organisation_id", name=op.f("uq_membership_account_id_organisation_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "looks_for",
            sa.Enum("need", "offer", name="postingkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("filters", sa.String(length=1000), nullable=False, comment="query string of the list page"),
        sa.Column(
            "frequency",
            sa.Enum(
                "weekly", "at_once", "never", name="mailfrequency", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=False, comment="what is older was told"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("account_id IS NOT NULL OR organisation_id IS NOT NULL", name=op.f("ck_saved_search_owner")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_search_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_saved_search_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_search_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_search_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column(
            "proposed_by",
            sa.Enum(
                "need",
                "offer",
                "animator",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="who brought them up",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "answered",
                "declined",
                "withdrawn",
                "introduced",
                "met",
                "started",
                "ended",
                "expired",
                "closed",
                name="introductionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
            comment="null: proposed or seen, nobody has answered",
        ),
        sa.Column("need_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need_yes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_yes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "need_mode",
            sa.Enum(
                "mail",
                "phone",
                "visio",
                "link",
                name="contactmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
            comment="chosen with the yes",
        ),
        sa.Column(
            "offer_mode",
            sa.Enum(
                "mail",
                "phone",
                "visio",
                "link",
                name="offer_mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "declined_by",
            sa.Enum(
                "need",
                "offer",
                "animator",
                "system",
                name="declined_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "not_my_field",
                "too_far",
                "no_room",
                "budget",
                "timing",
                "missing_information",
                "already_solved",
                "other",
                name="declinereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("need_not_before", sa.Date(), nullable=True, comment="asked not to hear of it before this day"),
        sa.Column("offer_not_before", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True, comment="when silence ends it, or when to ask how it goes"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "relay_key",
            sa.String(length=32),
            nullable=True,
            comment="local part of the thread's masked address; made when both said yes",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('introduced', 'met', 'started', 'ended') "
            "OR (need_yes_at IS NOT NULL AND offer_yes_at IS NOT NULL)",
            name=op.f("ck_introduction_two_yeses"),
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_introduction_need_id_need"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_introduction_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("need_id", "offer_id", name=op.f("uq_introduction_need_id_offer_id")),
        sa.UniqueConstraint("relay_key", name=op.f("uq_introduction_relay_key")),
    )
    with op.batch_alter_table("introduction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_introduction_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_introduction_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index("ix_introduction_state_due", ["state", "due_on"], unique=False)

    op.create_table(
        "posting_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True, comment="who asks; never shown"),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=False, comment="public once it is given"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "hidden_at", sa.DateTime(timezone=True), nullable=True, comment="taken down by the author or the animator"
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_posting_question_answered")),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_posting_question_need_id_need"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_posting_question_offer_id_offer"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_question")),
    )
    with op.batch_alter_table("posting_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_question_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posting_question_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "support_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "no_proposal",
                "all_declined",
                "silence",
                "asked_for_help",
                name="casereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False, comment="for animators only"),
        sa.Column(
            "result",
            sa.Enum(
                "partner_found",
                "need_changed",
                "passed_on",
                "no_solution",
                "need_closed",
                name="caseresult",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name=op.f("ck_support_case_closed")),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["account.id"], name=op.f("fk_support_case_claimed_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_support_case_need_id_need"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_case")),
        sa.UniqueConstraint("need_id", name=op.f("uq_support_case_need_id")),
    )
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_case_claimed_by_id"), ["claimed_by_id"], unique=False)

    op.create_table(
        "introduction_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "actor",
            sa.Enum(
                "need",
                "offer",
                "animator",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "proposed",
                "seen",
                "interested",
                "not_now",
                "declined",
                "withdrawn",
                "introduced",
                "met",
                "started",
                "outcome",
                "expired",
                "closed",
                name="introductioneventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "not_my_field",
                "too_far",
                "no_room",
                "budget",
                "timing",
                "missing_information",
                "already_solved",
                "other",
                name="declinereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "contract",
                "partnership",
                "help",
                "nothing",
                "going_on",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "counterfactual",
            sa.Enum(
                "yes",
                "later",
                "no",
                "not_known",
                name="counterfactual",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="private to the two sides; may be empty"),
        sa.CheckConstraint(
            "(kind = 'declined') = (reason IS NOT NULL)", name=op.f("ck_introduction_event_declined_has_reason")
        ),
        sa.CheckConstraint(
            "(kind = 'outcome') = (outcome IS NOT NULL)", name=op.f("ck_introduction_event_outcome_is_told")
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_introduction_event_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction_event")),
    )
    with op.batch_alter_table("introduction_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_introduction_event_introduction_id"), ["introduction_id"], unique=False)
        batch_op.create_index("ix_introduction_event_kind_at", ["kind", "at"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False, comment="why, to whom, about what: idempotence"),
        sa.Column(
            "kind",
            sa.Enum(
                "digest",
                "answer_wanted",
                "reminder",
                "introduced",
                "message",
                "question",
                "answer",
                "near_miss",
                "solved_elsewhere",
                "follow_up",
                "expires_soon",
                "saved_search",
                "moderation",
                "retention",
                "account",
                name="mailkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "cancelled",
                "failed",
                "bounced",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="whose mail it is; may see it"),
        sa.Column("account_id", sa.Integer(), nullable=True, comment="for mails about an account itself"),
        sa.Column("introduction_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False, comment="private"),
        sa.Column("address_index", sa.String(length=64), nullable=False, comment="blind index of address"),
        sa.Column(
            "language",
            sa.Enum("fr", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False, comment="an .ics file, or empty"),
        sa.Column("message_id", sa.String(length=200), nullable=True, comment="header; bounces name it"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True, comment="by the job that sends it"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "failure", sa.String(length=60), nullable=False, comment="code of what went wrong; no address, no text"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name=op.f("ck_mail_sent_at")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_attempts")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_mail_introduction_id_introduction"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_mail_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_address_index"), ["address_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_introduction_id"), ["introduction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_mail_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "thread_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("need", "offer", name="postingkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="whose side wrote",
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="private to the two sides"),
        sa.Column("by_mail", sa.Boolean(), nullable=False, comment="came through the relay"),
        sa.Column(
            "message_key",
            sa.String(length=64),
            nullable=True,
            comment="hash of the mail's Message-ID, or of the form: nothing arrives twice",
        ),
        sa.Column("call_starts_at", sa.DateTime(timezone=True), nullable=True, comment="proposes a call then"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True, comment="first opened by the other side"),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_thread_message_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
        sa.UniqueConstraint(
            "introduction_id", "message_key", name=op.f("uq_thread_message_introduction_id_message_key")
        ),
    )
    with op.batch_alter_table("thread_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_message_introduction_id"), ["introduction_id"], unique=False)

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "held_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="out of every search and list from then on, until the animator has looked at it",
            )
        )

    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "held_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="out of every search and list from then on, until the animator has looked at it",
            )
        )


def downgrade() -> None:  # noqa: PLR0915 - as above
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_column("held_at")

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_column("held_at")

    with op.batch_alter_table("thread_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thread_message_introduction_id"))

    op.drop_table("thread_message")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_state_due_at")
        batch_op.drop_index(batch_op.f("ix_mail_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_mail_introduction_id"))
        batch_op.drop_index(batch_op.f("ix_mail_address_index"))
        batch_op.drop_index(batch_op.f("ix_mail_account_id"))

    op.drop_table("mail")
    with op.batch_alter_table("introduction_event", schema=None) as batch_op:
        batch_op.drop_index("ix_introduction_event_kind_at")
        batch_op.drop_index(batch_op.f("ix_introduction_event_introduction_id"))

    op.drop_table("introduction_event")
    with op.batch_alter_table("support_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_case_claimed_by_id"))

    op.drop_table("support_case")
    with op.batch_alter_table("posting_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_question_offer_id"))
        batch_op.drop_index(batch_op.f("ix_posting_question_need_id"))

    op.drop_table("posting_question")
    with op.batch_alter_table("introduction", schema=None) as batch_op:
        batch_op.drop_index("ix_introduction_state_due")
        batch_op.drop_index(batch_op.f("ix_introduction_offer_id"))
        batch_op.drop_index(batch_op.f("ix_introduction_changed_at"))

    op.drop_table("introduction")
    with op.batch_alter_table("saved_search", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_search_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_saved_search_account_id"))

    op.drop_table("saved_search")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    op.drop_table("mail_preference")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_organisation_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_state"))

    op.drop_table("review")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_account_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_object")
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_account_id"))

    op.drop_table("audit_entry")
    op.drop_table("account_role")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_last_active_at"))

    op.drop_table("account")
    op.drop_table("job_mark")
