"""hackathons, registrations, teams"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hackathon",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("external_key", sa.String(length=120), nullable=True),
        sa.Column(
            "phase",
            sa.Enum(
                "draft",
                "registration",
                "team_formation",
                "event",
                "judging",
                "closed",
                name="hackathonphase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("fr", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="of the texts of the event",
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("organiser", sa.String(length=160), nullable=False, comment="shown as who organises"),
        sa.Column("contact_email", sa.String(length=254), nullable=False, comment="private"),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("venue", sa.String(length=200), nullable=False, comment="building and street"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("registration_ends_on", sa.Date(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=False, comment="spoken there, ISO 639-1"),
        sa.Column("size_min", sa.Integer(), nullable=False),
        sa.Column("size_target", sa.Integer(), nullable=False),
        sa.Column("size_max", sa.Integer(), nullable=False),
        sa.Column(
            "capacity", sa.Integer(), nullable=True, comment="people; more go onto the waiting list; null: no limit"
        ),
        sa.Column("questions", sa.Text(), nullable=False, comment="at most 5, asked at registration"),
        sa.Column("code_of_conduct", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False, comment="of the jury, each marked 0 to 5"),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "link_version", sa.Integer(), nullable=False, comment="raised to cancel the organisers' links given so far"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "1 <= size_min AND size_min <= size_target AND size_target <= size_max", name=op.f("ck_hackathon_sizes")
        ),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 1", name=op.f("ck_hackathon_capacity")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_hackathon_days")),
        sa.CheckConstraint("is_online OR place_id IS NOT NULL", name=op.f("ck_hackathon_somewhere")),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_hackathon_title")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_hackathon_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hackathon")),
        sa.UniqueConstraint("source", "external_key", name=op.f("uq_hackathon_source_external_key")),
    )
    with op.batch_alter_table("hackathon", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hackathon_phase"), ["phase"], unique=False)
        batch_op.create_index(batch_op.f("ix_hackathon_place_id"), ["place_id"], unique=False)

    op.create_table(
        "column_mapping",
        sa.Column("headers", sa.String(length=64), nullable=False, comment="hash of the sorted, folded headers"),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False, comment="field by header"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hackathon_id"],
            ["hackathon.id"],
            name=op.f("fk_column_mapping_hackathon_id_hackathon"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("headers", "hackathon_id", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "half_day",
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "morning", "afternoon", "evening", name="daypart", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["hackathon_id"], ["hackathon.id"], name=op.f("fk_half_day_hackathon_id_hackathon"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hackathon_id", "number", name=op.f("pk_half_day")),
        sa.UniqueConstraint("hackathon_id", "day", "part", name=op.f("uq_half_day_hackathon_id_day_part")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False, comment="site, desk, or name of the import"),
        sa.Column(
            "external_key", sa.String(length=120), nullable=True, comment="key within source: imports are idempotent"
        ),
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "waiting",
                "withdrawn",
                name="registrationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "attendance",
            sa.Enum(
                "expected",
                "checked_in",
                "no_show",
                name="attendance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("fr", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="in which we write to them",
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="private, lower case; empty when not known"),
        sa.Column("organisation", sa.String(length=160), nullable=False),
        sa.Column(
            "family",
            sa.Enum(
                "company",
                "training",
                "research",
                "place",
                "cluster",
                "funder",
                "user_sector",
                name="family",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="what they can and want to do, in their words"),
        sa.Column(
            "experience",
            sa.Enum(
                "none",
                "some",
                "used",
                "expert",
                name="experience",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_newcomer", sa.Boolean(), nullable=False, comment="first hackathon"),
        sa.Column("languages", sa.Text(), nullable=False, comment="spoken, ISO 639-1"),
        sa.Column("away", sa.Text(), nullable=False, comment="numbers of half-days not there"),
        sa.Column(
            "team_status",
            sa.Enum(
                "alone", "looking", "team", name="teamstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("team_name", sa.String(length=80), nullable=False, comment="of those who come as a team"),
        sa.Column("access_needs", sa.Text(), nullable=False, comment="private"),
        sa.Column("diet", sa.Text(), nullable=False, comment="private"),
        sa.Column("note", sa.Text(), nullable=False, comment="private, of the organisers"),
        sa.Column("answers", sa.Text(), nullable=False, comment="to the questions of the event"),
        sa.Column("directory_consent", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checkin_code", sa.String(length=20), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_registration_name")),
        sa.ForeignKeyConstraint(
            ["hackathon_id"], ["hackathon.id"], name=op.f("fk_registration_hackathon_id_hackathon"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("checkin_code", name=op.f("uq_registration_checkin_code")),
        sa.UniqueConstraint(
            "hackathon_id", "source", "external_key", name=op.f("uq_registration_hackathon_id_source_external_key")
        ),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_hackathon_id"), ["hackathon_id"], unique=False)
        batch_op.create_index(
            "uq_registration_email",
            ["hackathon_id", "email"],
            unique=True,
            sqlite_where=sa.text("email <> '' AND status <> 'withdrawn'"),
            postgresql_where=sa.text("email <> '' AND status <> 'withdrawn'"),
        )

    op.create_table(
        "team_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1 for the first version of the event"),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "origin",
            sa.Enum(
                "solved",
                "improved",
                "repaired",
                "edited",
                "imported",
                name="planorigin",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "author", sa.String(length=120), nullable=False, comment="name that the organiser gave; may be empty"
        ),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False, comment="private"),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("locks", sa.Text(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_team_plan_number")),
        sa.ForeignKeyConstraint(
            ["hackathon_id"], ["hackathon.id"], name=op.f("fk_team_plan_hackathon_id_hackathon"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["team_plan.id"], name=op.f("fk_team_plan_parent_id_team_plan"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_plan")),
        sa.UniqueConstraint("hackathon_id", "number", name=op.f("uq_team_plan_hackathon_id_number")),
    )
    with op.batch_alter_table("team_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_plan_hackathon_id"), ["hackathon_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_plan_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="whose need it is, when it is public"),
        sa.Column("wants_owner", sa.Boolean(), nullable=False, comment="each team should have somebody of its owner"),
        sa.Column("partner", sa.String(length=200), nullable=False),
        sa.Column("prize", sa.String(length=200), nullable=False),
        sa.Column("eligibility", sa.String(length=300), nullable=False, comment="in words, for readers"),
        sa.Column("families", sa.Text(), nullable=False, comment="whose people may join; empty: all"),
        sa.Column("languages", sa.Text(), nullable=False, comment="each member speaks all of these"),
        sa.Column("min_teams", sa.Integer(), nullable=False),
        sa.Column("max_teams", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "continued",
                "used",
                "paused",
                "stopped",
                name="challengeoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_challenge_title")),
        sa.CheckConstraint("max_teams IS NULL OR max_teams >= min_teams", name=op.f("ck_challenge_max_teams")),
        sa.CheckConstraint("min_teams >= 0", name=op.f("ck_challenge_min_teams")),
        sa.ForeignKeyConstraint(
            ["hackathon_id"], ["hackathon.id"], name=op.f("fk_challenge_hackathon_id_hackathon"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_challenge_need_id_need"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_challenge_organisation_id_organisation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("hackathon_id", "need_id", name=op.f("uq_challenge_hackathon_id_need_id")),
    )
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_hackathon_id"), ["hackathon_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_challenge_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_challenge_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "current_plan",
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("published_id", sa.Integer(), nullable=True),
        sa.Column(
            "revision", sa.Integer(), nullable=False, comment="grows with each change; two organisers notice each other"
        ),
        sa.ForeignKeyConstraint(
            ["hackathon_id"], ["hackathon.id"], name=op.f("fk_current_plan_hackathon_id_hackathon"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["team_plan.id"], name=op.f("fk_current_plan_plan_id_team_plan"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["published_id"], ["team_plan.id"], name=op.f("fk_current_plan_published_id_team_plan"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("hackathon_id", name=op.f("pk_current_plan")),
    )
    op.create_table(
        "registration_skill",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_registration_skill_level")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_skill_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_registration_skill_skill_id_skill"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "skill_id", name=op.f("pk_registration_skill")),
    )
    with op.batch_alter_table("registration_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "team_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("form", "improve", "repair", name="runkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "stopped",
                "impossible",
                "failed",
                "interrupted",
                name="runstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.Column(
            "problem", sa.Text(), nullable=False, comment="private; what is solved, frozen when the run was asked for"
        ),
        sa.Column("time_limit_s", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("max_moves", sa.Integer(), nullable=True),
        sa.Column("locks", sa.Text(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=True, comment="cost of the best teams so far"),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("elapsed_s", sa.Double(), nullable=False),
        sa.Column("best_plan", sa.Text(), nullable=False, comment="the best teams so far: a start to go on from"),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="what went wrong, for the organisers"),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True, comment="last sign of life of its process"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("time_limit_s BETWEEN 1 AND 3600", name=op.f("ck_team_run_time_limit_s")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["team_plan.id"], name=op.f("fk_team_run_base_id_team_plan"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["hackathon_id"], ["hackathon.id"], name=op.f("fk_team_run_hackathon_id_hackathon"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["team_plan.id"], name=op.f("fk_team_run_result_id_team_plan"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_run")),
    )
    with op.batch_alter_table("team_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_run_hackathon_id"), ["hackathon_id"], unique=False)

    op.create_table(
        "wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("with", "avoid", name="wishkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("typed", sa.String(length=120), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False, comment="found by itself or by an organiser, or nobody"),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["registration.id"], name=op.f("fk_wish_other_id_registration"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_wish_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
    )
    with op.batch_alter_table("wish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wish_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wish_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "challenge_role",
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "tech",
                "design",
                "facilitation",
                "domain",
                name="teamrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count BETWEEN 1 AND 20", name=op.f("ck_challenge_role_count")),
        sa.ForeignKeyConstraint(
            ["challenge_id"],
            ["challenge.id"],
            name=op.f("fk_challenge_role_challenge_id_challenge"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("challenge_id", "role", name=op.f("pk_challenge_role")),
    )
    op.create_table(
        "challenge_skill",
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_challenge_skill_level")),
        sa.ForeignKeyConstraint(
            ["challenge_id"],
            ["challenge.id"],
            name=op.f("fk_challenge_skill_challenge_id_challenge"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_challenge_skill_skill_id_skill"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("challenge_id", "skill_id", name=op.f("pk_challenge_skill")),
    )
    with op.batch_alter_table("challenge_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenge_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "registration_choice",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank BETWEEN 1 AND 5", name=op.f("ck_registration_choice_rank")),
        sa.ForeignKeyConstraint(
            ["challenge_id"],
            ["challenge.id"],
            name=op.f("fk_registration_choice_challenge_id_challenge"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_choice_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "rank", name=op.f("pk_registration_choice")),
        sa.UniqueConstraint(
            "registration_id", "challenge_id", name=op.f("uq_registration_choice_registration_id_challenge_id")
        ),
    )
    with op.batch_alter_table("registration_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_choice_challenge_id"), ["challenge_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("team_number", sa.Integer(), nullable=False),
        sa.Column("team_name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("picture_type", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_submission_challenge_id_challenge"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["hackathon_id"], ["hackathon.id"], name=op.f("fk_submission_hackathon_id_hackathon"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("challenge_id", "team_number", name=op.f("uq_submission_challenge_id_team_number")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_challenge_id"), ["challenge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_hackathon_id"), ["hackathon_id"], unique=False)

    op.create_table(
        "team_place",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("team_number", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("accepted", "declined", name="placeanswer", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the mail about this place was sent; null: not yet, or the place is new since",
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenge.id"], name=op.f("fk_team_place_challenge_id_challenge"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_team_place_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_team_place")),
    )
    with op.batch_alter_table("team_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_place_challenge_id"), ["challenge_id"], unique=False)

    op.create_table(
        "mark",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("juror", sa.String(length=80), nullable=False),
        sa.Column("criterion", sa.Integer(), autoincrement=False, nullable=False, comment="place in the list of them"),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 5", name=op.f("ck_mark_points")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_mark_submission_id_submission"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", "juror", "criterion", name=op.f("pk_mark")),
    )


def downgrade() -> None:
    op.drop_table("mark")
    with op.batch_alter_table("team_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_place_challenge_id"))

    op.drop_table("team_place")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_hackathon_id"))
        batch_op.drop_index(batch_op.f("ix_submission_challenge_id"))

    op.drop_table("submission")
    with op.batch_alter_table("registration_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_choice_challenge_id"))

    op.drop_table("registration_choice")
    with op.batch_alter_table("challenge_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_skill_skill_id"))

    op.drop_table("challenge_skill")
    op.drop_table("challenge_role")
    with op.batch_alter_table("wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wish_registration_id"))
        batch_op.drop_index(batch_op.f("ix_wish_other_id"))

    op.drop_table("wish")
    with op.batch_alter_table("team_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_run_hackathon_id"))

    op.drop_table("team_run")
    with op.batch_alter_table("registration_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_skill_skill_id"))

    op.drop_table("registration_skill")
    op.drop_table("current_plan")
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenge_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_challenge_need_id"))
        batch_op.drop_index(batch_op.f("ix_challenge_hackathon_id"))

    op.drop_table("challenge")
    with op.batch_alter_table("team_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_plan_parent_id"))
        batch_op.drop_index(batch_op.f("ix_team_plan_hackathon_id"))

    op.drop_table("team_plan")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_registration_email",
            sqlite_where=sa.text("email <> '' AND status <> 'withdrawn'"),
            postgresql_where=sa.text("email <> '' AND status <> 'withdrawn'"),
        )
        batch_op.drop_index(batch_op.f("ix_registration_hackathon_id"))

    op.drop_table("registration")
    op.drop_table("half_day")
    op.drop_table("column_mapping")
    with op.batch_alter_table("hackathon", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hackathon_place_id"))
        batch_op.drop_index(batch_op.f("ix_hackathon_phase"))

    op.drop_table("hackathon")
