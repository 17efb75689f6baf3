"""Settings of maps: the host of a foreign base map goes into the content policy, so nothing but a host may stand there."""

import pytest

from api.security import PAGE_POLICY, page_policy
from gridgov.errors import SetupError
from gridgov.settings import load_settings

GOOD = {
    "https://t0.tianditu.gov.cn/img_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=0": "https://t0.tianditu.gov.cn",
    "http://10.1.2.3:8080/tiles/{z}/{x}/{y}.png": "http://10.1.2.3:8080",
    "https://Map.Example.GOV.cn/{z}/{x}/{y}": "https://map.example.gov.cn",
}
BAD = (
    "https://example.gov.cn/{z}/{x}.png",
    "ftp://example.gov.cn/{z}/{x}/{y}",
    "javascript://x/{z}/{x}/{y}",
    "//example.gov.cn/{z}/{x}/{y}",
    "https://{s}.example.gov.cn/{z}/{x}/{y}",
    "https://*.gov.cn/{z}/{x}/{y}",
    "https://user:secret@example.gov.cn/{z}/{x}/{y}",
    "https://example.gov.cn; script-src */{z}/{x}/{y}",
    "https://example.gov.cn/{z}/{x}/{y}\nX-Header: 1",
    "https://example.gov.cn/{z}/{x}/{y} https://elsewhere.cn",
    "https://例子.cn/{z}/{x}/{y}",
    "{z}{x}{y}",
)


@pytest.mark.parametrize(("template", "origin"), GOOD.items())
def test_a_template_opens_its_host_and_no_other(monkeypatch: pytest.MonkeyPatch, template: str, origin: str) -> None:
    monkeypatch.setenv("GRIDGOV_WMTS_URL", template)
    assert load_settings().wmts_origin == origin
    assert page_policy(origin) == PAGE_POLICY.replace("img-src 'self' data:;", f"img-src 'self' data: {origin};")


@pytest.mark.parametrize("template", BAD)
def test_a_template_that_names_no_plain_host_is_refused(monkeypatch: pytest.MonkeyPatch, template: str) -> None:
    monkeypatch.setenv("GRIDGOV_WMTS_URL", template)
    with pytest.raises(SetupError, match="GRIDGOV_WMTS_URL"):
        load_settings()


def test_by_default_nobody_outside_is_asked() -> None:
    found = load_settings()
    assert (found.wmts_url, found.wmts_origin, found.wmts_attribution, found.map_approval) == (None, None, None, None)
    assert page_policy(found.wmts_origin) == PAGE_POLICY
    assert "http" not in PAGE_POLICY
