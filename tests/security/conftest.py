"""The served application of the API tests."""

from tests.api.conftest import app, client, signed_in

__all__ = ["app", "client", "signed_in"]
