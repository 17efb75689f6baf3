"""To be filled by its owner."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing yet."""
