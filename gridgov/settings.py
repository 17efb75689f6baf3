"""What an installation may set, from environment variables GRIDGOV_*; nothing else of gridgov reads the environment for its settings."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gridgov.errors import Fault, SetupError

# A host is letters, digits, dots and hyphens, nothing else: it goes into the content policy of every page.
_TEMPLATE = re.compile(r"(https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?)/[^\s\"'<>`\\]*")
_PLACES = ("{z}", "{x}", "{y}")


class Settings(BaseSettings):
    """One installation's settings.

    database_url: use that server and start none; None = the private cluster in data_dir. data_dir: None = `.gridgov` in the
    working directory. sample_database_url: where the sample lives on a foreign server; None = database `gridgov_sample` there.
    wmts_url: template of another office's base map, {z}/{x}/{y}, asked by browsers; None = nobody outside is ever asked.
    map_approval: 审图号, shown on every map.
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
    wmts_url: str | None = Field(default=None, max_length=1000)
    wmts_attribution: str | None = Field(default=None, max_length=200)
    map_approval: str | None = Field(default=None, max_length=60)

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as exc:
            raise ValueError(f"no such time zone: {value}") from exc
        return value

    @field_validator("wmts_url")
    @classmethod
    def _usable_template(cls, value: str | None) -> str | None:
        if value is not None and (_TEMPLATE.fullmatch(value) is None or any(place not in value for place in _PLACES)):
            raise ValueError("must be http(s)://host/… with {z}, {x} and {y} behind the host, without spaces or quotes")
        return value

    @property
    def wmts_origin(self) -> str | None:
        """Scheme and host of the foreign base map, None when none is set."""
        found = _TEMPLATE.fullmatch(self.wmts_url or "")
        return None if found is None else found[1].lower()

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
