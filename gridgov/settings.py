"""What an installation may set, from environment variables GRIDGOV_*; nothing else of gridgov reads the environment for its settings."""

from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gridgov.errors import Fault, SetupError


class Settings(BaseSettings):
    """One installation's settings.

    database_url: use that server and start none; None = the private cluster in data_dir. data_dir: None = `.gridgov` in the
    working directory. sample_database_url: where the sample lives on a foreign server; None = database `gridgov_sample` there.
    """

    model_config = SettingsConfigDict(env_prefix="GRIDGOV_", frozen=True, env_ignore_empty=True)

    database_url: str | None = None
    sample_database_url: str | None = None
    data_dir: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    timezone: str = "Asia/Shanghai"
    sample_password: str = Field(default="gridgov-sample", min_length=8)
    language: Literal["zh", "en"] = "zh"

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise ValueError(f"no such time zone: {value}") from exc
        return value

    def today(self) -> date:
        """The present day where the installation is."""
        return datetime.now(ZoneInfo(self.timezone)).date()


def load_settings() -> Settings:
    """The settings of this process. Raises SetupError naming each variable that cannot be used."""
    try:
        return Settings()
    except ValidationError as exc:
        names = [f"GRIDGOV_{str(fault['loc'][0]).upper()}" for fault in exc.errors(include_input=False)]
        faults = [Fault(name, fault["msg"], fault["msg"]) for name, fault in zip(names, exc.errors(include_input=False), strict=True)]
        raise SetupError(f"A setting cannot be used: {', '.join(names)}.", f"以下环境变量的值不可用：{'、'.join(names)}。", faults=faults) from exc
