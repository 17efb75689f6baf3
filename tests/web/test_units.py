"""The unit tests of the application, run by their own runner: stores, client, parts, messages in both languages."""

import subprocess

from tests.web.conftest import ROOT


def test_the_units_of_the_application_hold() -> None:
    done = subprocess.run([ROOT / "scripts" / "web-build", "test"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
