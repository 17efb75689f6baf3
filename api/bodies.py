"""Small JSON bodies by their model: every fault by its field, nothing of what was sent repeated."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from api.problems import fault_of
from gridgov.errors import Refused

Model = TypeVar("Model", bound=BaseModel)


def body_as(model: type[Model], body: Any) -> Model:
    """The body as the model reads it. Raises Refused with a fault a field."""
    try:
        return model.model_validate(body)
    except ValidationError as exc:
        faults = [fault_of(entry) for entry in exc.errors(include_input=False, include_url=False)]
        names = ", ".join(dict.fromkeys(model.model_fields))
        raise Refused(f"The body is not usable; its fields are: {names}.", f"请求内容不可用，可用字段：{names}。", faults=faults) from exc
