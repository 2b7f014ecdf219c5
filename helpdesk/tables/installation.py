"""The installation: what holds for the whole database."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from helpdesk.tables.columns import Row


class Installation(Row, table=True):
    """One row. `word_sealed` opens with the secret key that the database was first used with."""

    __table_args__ = (CheckConstraint("id = 1", name="id"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    word_sealed: bytes
