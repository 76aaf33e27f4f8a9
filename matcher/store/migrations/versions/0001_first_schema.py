"""first schema"""

import sqlalchemy as sa
from alembic import op

from matcher.store.words import create_word_tables, drop_word_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="need, offer or organisation"),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "saved",
                "deleted",
                "encoded",
                name="changeaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_object", ["kind", "object_id"], unique=False)

    op.create_table(
        "embedding",
        sa.Column(
            "kind",
            sa.Enum("need", "offer", name="postingkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column(
            "facet",
            sa.Enum("whole", "sentences", name="facet", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("model_id", sa.String(length=200), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.Column("encoded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(vectors) = count * dim * 4", name=op.f("ck_embedding_size")),
        sa.PrimaryKeyConstraint("kind", "object_id", "facet", "model_id", name=op.f("pk_embedding")),
    )
    with op.batch_alter_table("embedding", schema=None) as batch_op:
        batch_op.create_index("ix_embedding_model", ["model_id", "kind", "facet", "object_id"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "name_folded",
            sa.String(length=120),
            nullable=False,
            comment="lower case without accents, for look-ups",
        ),
        sa.Column("country", sa.String(length=2), nullable=False, comment="ISO 3166-1 alpha-2"),
        sa.Column("insee_code", sa.String(length=5), nullable=True, comment="never a postal code"),
        sa.Column("geonames_id", sa.Integer(), nullable=True),
        sa.Column("postcodes", sa.String(length=400), nullable=False, comment="comma-joined"),
        sa.Column("department", sa.String(length=3), nullable=True, comment="INSEE département"),
        sa.Column("region", sa.String(length=3), nullable=True, comment="INSEE region"),
        sa.Column("epci_siren", sa.String(length=9), nullable=True, comment="SIREN of the intercommunal body"),
        sa.Column("latitude", sa.Double(), nullable=False, comment="degrees north, WGS 84"),
        sa.Column("longitude", sa.Double(), nullable=False, comment="degrees east, WGS 84"),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_place_latitude")),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_place_country")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_place_longitude")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("geonames_id", name=op.f("uq_place_geonames_id")),
        sa.UniqueConstraint("insee_code", name=op.f("uq_place_insee_code")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index("ix_place_name_folded", ["name_folded"], unique=False)

    op.create_table(
        "skill",
        sa.Column("esco_uri", sa.String(length=120), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("term_group", sa.String(length=60), nullable=False),
        sa.Column("label_fr", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("words_fr", sa.Text(), nullable=False, comment="plain words and phrases that betray the term"),
        sa.Column("words_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("code", name=op.f("uq_skill_code")),
    )
    op.create_table(
        "theme",
        sa.Column("description_fr", sa.String(length=400), nullable=False),
        sa.Column("description_en", sa.String(length=400), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("term_group", sa.String(length=60), nullable=False),
        sa.Column("label_fr", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("words_fr", sa.Text(), nullable=False, comment="plain words and phrases that betray the term"),
        sa.Column("words_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("code", name=op.f("uq_theme_code")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False, comment="site, demo, or name of the import"),
        sa.Column(
            "external_key",
            sa.String(length=120),
            nullable=True,
            comment="key within source: imports are idempotent",
        ),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("brand", sa.String(length=80), nullable=False),
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
            nullable=False,
        ),
        sa.Column(
            "organisation_type",
            sa.Enum(
                "association",
                "cooperative",
                "mutual",
                "foundation",
                "social_enterprise",
                "company",
                "sole_trader",
                "commune",
                "intercommunal",
                "public_body",
                "school_university",
                "collective",
                name="organisationtype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("legal_form", sa.String(length=4), nullable=True, comment="INSEE catégorie juridique, level 3"),
        sa.Column("siren", sa.String(length=9), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("rna", sa.String(length=10), nullable=True),
        sa.Column(
            "no_identifier_reason",
            sa.Enum(
                "local_law",
                "being_created",
                "informal",
                "foreign",
                "not_known",
                name="noidentifierreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("is_sse", sa.Boolean(), nullable=True, comment="null: not known; a missing flag is no proof"),
        sa.Column(
            "sse_source",
            sa.Enum(
                "declared",
                "legal_form",
                "cress_list",
                "sirene",
                name="ssesource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("sse_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_esus", sa.Boolean(), nullable=False),
        sa.Column("naf_code", sa.String(length=6), nullable=True),
        sa.Column(
            "naf_version",
            sa.Enum("rev2", "naf2025", name="nafversion", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column(
            "size_band",
            sa.Enum(
                "0",
                "1-9",
                "10-49",
                "50-249",
                "250+",
                name="sizeband",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("networks", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "language",
            sa.Enum("fr", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("contact_name", sa.String(length=120), nullable=False, comment="private"),
        sa.Column("contact_email", sa.String(length=254), nullable=False, comment="private"),
        sa.Column("contact_modes", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True, comment="by the territory's animator"),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "link_version",
            sa.Integer(),
            nullable=False,
            comment="raised to cancel the management links given so far",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_organisation_name")),
        sa.CheckConstraint("rna IS NULL OR length(rna) = 10", name=op.f("ck_organisation_rna")),
        sa.CheckConstraint("siren IS NULL OR length(siren) = 9", name=op.f("ck_organisation_siren")),
        sa.CheckConstraint("siret IS NULL OR length(siret) = 14", name=op.f("ck_organisation_siret")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_organisation_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("rna", name=op.f("uq_organisation_rna")),
        sa.UniqueConstraint("siret", name=op.f("uq_organisation_siret")),
        sa.UniqueConstraint("source", "external_key", name=op.f("uq_organisation_source_external_key")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_family"), ["family"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_place_id"), ["place_id"], unique=False)

    op.create_table(
        "need",
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("beneficiaries", sa.Text(), nullable=False, comment="who it is for"),
        sa.Column("tried", sa.Text(), nullable=False, comment="what was tried already"),
        sa.Column("existing_team", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="the result wanted"),
        sa.Column("constraints", sa.Text(), nullable=False, comment="data, security, accessibility, calendar"),
        sa.Column("kinds", sa.Text(), nullable=False, comment="empty: any"),
        sa.Column("partner_role", sa.String(length=200), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "not_started",
                "discovery",
                "alpha",
                "beta",
                "live",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("remote_ok", sa.Boolean(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("duration_weeks", sa.Integer(), nullable=True),
        sa.Column("effort_days_per_week", sa.Double(), nullable=True),
        sa.Column("budget_min", sa.Integer(), nullable=True, comment="EUR"),
        sa.Column("budget_max", sa.Integer(), nullable=True, comment="EUR"),
        sa.Column(
            "budget_blank_reason",
            sa.Enum(
                "no_budget",
                "not_decided",
                "advice_wanted",
                "confidential",
                name="budgetblankreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("budget_public", sa.Boolean(), nullable=False),
        sa.Column("families_wanted", sa.Text(), nullable=False, comment="empty: any; a preference, not a limit"),
        sa.Column("families_excluded", sa.Text(), nullable=False),
        sa.Column("contact_modes", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False, comment="name hidden until both sides say yes"),
        sa.Column("questions", sa.Text(), nullable=False, comment="at most 5, to whoever answers"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("external_key", sa.String(length=120), nullable=True),
        sa.Column(
            "status",
            sa.Enum("open", "closed", name="postingstatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("fr", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "range_scope",
            sa.Enum(
                "km",
                "commune",
                "intercommunal",
                "department",
                "region",
                "country",
                "anywhere",
                name="rangescope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("range_km", sa.Integer(), nullable=True, comment="radius in km when range_scope is km"),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("renewal_count", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True, comment="out of every search before this day"),
        sa.Column(
            "closed_reason",
            sa.Enum(
                "matched_here",
                "matched_elsewhere",
                "abandoned",
                "no_answer",
                "duplicate",
                name="closedreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "link_version",
            sa.Integer(),
            nullable=False,
            comment="raised to cancel the management links given so far",
        ),
        sa.Column("text_hash", sa.String(length=64), nullable=False, comment="of the encoded texts; set on flush"),
        sa.Column("lexeme_count", sa.Integer(), nullable=False, comment="length for BM25; set on flush"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_need_closed_at")),
        sa.CheckConstraint("range_scope <> 'km' OR range_km IS NOT NULL", name=op.f("ck_need_range_has_km")),
        sa.CheckConstraint(
            "budget_max IS NULL OR budget_max >= coalesce(budget_min, 0)", name=op.f("ck_need_budget_max")
        ),
        sa.CheckConstraint("budget_min IS NULL OR budget_min >= 0", name=op.f("ck_need_budget_min")),
        sa.CheckConstraint("length(trim(problem)) > 0", name=op.f("ck_need_problem")),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_need_title")),
        sa.CheckConstraint("range_km IS NULL OR range_km BETWEEN 1 AND 2000", name=op.f("ck_need_range_km")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_need_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("source", "external_key", name=op.f("uq_need_source_external_key")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_place_id"), ["place_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False, comment="who it serves"),
        sa.Column(
            "kind",
            sa.Enum(
                "service",
                "product",
                "skill_time",
                "training",
                "research",
                "space",
                "equipment",
                "funding",
                name="offerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("delivery_modes", sa.Text(), nullable=False),
        sa.Column(
            "price",
            sa.Enum(
                "free",
                "paid",
                "pro_bono",
                "joint_project",
                name="price",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("price_note", sa.String(length=200), nullable=False),
        sa.Column("project_min", sa.Integer(), nullable=True, comment="EUR, smallest project accepted"),
        sa.Column("project_max", sa.Integer(), nullable=True, comment="EUR, largest project accepted"),
        sa.Column("client_types", sa.Text(), nullable=False, comment="accepted; empty: all"),
        sa.Column("client_sizes", sa.Text(), nullable=False),
        sa.Column("families_excluded", sa.Text(), nullable=False),
        sa.Column("monthly_capacity", sa.Integer(), nullable=False),
        sa.Column("taken_this_month", sa.Integer(), nullable=False, comment="requests taken on in taken_month"),
        sa.Column("taken_month", sa.String(length=7), nullable=True, comment="YYYY-MM that taken_this_month counts"),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("external_key", sa.String(length=120), nullable=True),
        sa.Column(
            "status",
            sa.Enum("open", "closed", name="postingstatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "language",
            sa.Enum("fr", "en", name="language", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column(
            "range_scope",
            sa.Enum(
                "km",
                "commune",
                "intercommunal",
                "department",
                "region",
                "country",
                "anywhere",
                name="rangescope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("range_km", sa.Integer(), nullable=True, comment="radius in km when range_scope is km"),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("renewal_count", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True, comment="out of every search before this day"),
        sa.Column(
            "closed_reason",
            sa.Enum(
                "matched_here",
                "matched_elsewhere",
                "abandoned",
                "no_answer",
                "duplicate",
                name="closedreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "link_version",
            sa.Integer(),
            nullable=False,
            comment="raised to cancel the management links given so far",
        ),
        sa.Column("text_hash", sa.String(length=64), nullable=False, comment="of the encoded texts; set on flush"),
        sa.Column("lexeme_count", sa.Integer(), nullable=False, comment="length for BM25; set on flush"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_offer_closed_at")),
        sa.CheckConstraint("range_scope <> 'km' OR range_km IS NOT NULL", name=op.f("ck_offer_range_has_km")),
        sa.CheckConstraint("length(trim(description)) > 0", name=op.f("ck_offer_description")),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_offer_title")),
        sa.CheckConstraint("monthly_capacity BETWEEN 0 AND 100", name=op.f("ck_offer_monthly_capacity")),
        sa.CheckConstraint(
            "project_max IS NULL OR project_max >= coalesce(project_min, 0)",
            name=op.f("ck_offer_project_max"),
        ),
        sa.CheckConstraint("project_min IS NULL OR project_min >= 0", name=op.f("ck_offer_project_min")),
        sa.CheckConstraint("range_km IS NULL OR range_km BETWEEN 1 AND 2000", name=op.f("ck_offer_range_km")),
        sa.CheckConstraint("taken_this_month >= 0", name=op.f("ck_offer_taken_this_month")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_offer_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_offer_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("source", "external_key", name=op.f("uq_offer_source_external_key")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_place_id"), ["place_id"], unique=False)

    op.create_table(
        "need_skill",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column(
            "importance",
            sa.Enum("must", "nice", name="skillimportance", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_skill_need_id_need"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_need_skill_skill_id_skill"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "skill_id", name=op.f("pk_need_skill")),
    )
    with op.batch_alter_table("need_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "need_theme",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_theme_need_id_need"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_need_theme_theme_id_theme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "theme_id", name=op.f("pk_need_theme")),
    )
    with op.batch_alter_table("need_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_theme_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "offer_skill",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_skill_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_offer_skill_skill_id_skill"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer_id", "skill_id", name=op.f("pk_offer_skill")),
    )
    with op.batch_alter_table("offer_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "offer_theme",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_theme_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_offer_theme_theme_id_theme"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer_id", "theme_id", name=op.f("pk_offer_theme")),
    )
    with op.batch_alter_table("offer_theme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_theme_theme_id"), ["theme_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="1 is the first card of the page"),
        sa.Column("score", sa.Double(), nullable=False, comment="relevance, 0 to 1"),
        sa.Column(
            "level",
            sa.Enum(
                "strong",
                "good",
                "partial",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "engine",
            sa.Enum("hybrid", "lexical", name="engine", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("model_id", sa.String(length=200), nullable=True),
        sa.Column("first_look", sa.Boolean(), nullable=False, comment="placed by the newcomers' guarantee"),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_proposal_position")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_proposal_score")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_proposal_need_id_need"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_proposal_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "offer_id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_offer_shown", ["offer_id", "shown_at"], unique=False)

    create_word_tables(op.get_bind())


def downgrade() -> None:
    drop_word_tables(op.get_bind())
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_offer_shown")

    op.drop_table("proposal")
    with op.batch_alter_table("offer_theme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_theme_theme_id"))

    op.drop_table("offer_theme")
    with op.batch_alter_table("offer_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_skill_skill_id"))

    op.drop_table("offer_skill")
    with op.batch_alter_table("need_theme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_theme_theme_id"))

    op.drop_table("need_theme")
    with op.batch_alter_table("need_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_skill_skill_id"))

    op.drop_table("need_skill")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_place_id"))
        batch_op.drop_index(batch_op.f("ix_offer_organisation_id"))

    op.drop_table("offer")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_place_id"))
        batch_op.drop_index(batch_op.f("ix_need_organisation_id"))

    op.drop_table("need")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_place_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_family"))

    op.drop_table("organisation")
    op.drop_table("theme")
    op.drop_table("skill")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index("ix_place_name_folded")

    op.drop_table("place")
    with op.batch_alter_table("embedding", schema=None) as batch_op:
        batch_op.drop_index("ix_embedding_model")

    op.drop_table("embedding")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_object")

    op.drop_table("change")
