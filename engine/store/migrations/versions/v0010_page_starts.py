"""Passages know where in their text each page begins, so that a citation can name the page of its sentence."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("chunks", sa.Column("page_starts", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("chunks", "page_starts")
