"""What an asker may read of a layer, and the sentence that is made of what is left."""

from typing import Any

import pytest

from gridgov.admission.disclosure import Asker, disclose
from gridgov.admission.document import document_checksum, sealed
from gridgov.admission.summary import summarise

PLANNER, ADMIN = Asker("p", "planner"), Asker("a", "admin")


def finding(**changes: Any) -> dict[str, Any]:
    return {
        "id": "F1",
        "effect": "prohibit",
        "matched": "yes",
        "relation": "overlap",
        "zone": {"layer": "red", "edition": "1", "code": "Z7", "name": "Secret valley", "kind": "other", "attributes": {"core": True}},
        "overlap_m2": "5123.45",
        "overlap_m": None,
        "site_share": "0.673941",
        "zone_share": "0.000123",
        "overlap": {"type": "Point", "coordinates": [118.0, 28.0]},
        "distance_m": "0.000",
        "width_m": "183.402",
        "rule": {"text": "No building.", "citation": {"instrument": "Act", "article": " 3"}},
        "below_threshold": False,
        "lifted_by": None,
        "needs": [],
        **changes,
    }


def document(level: str, *findings: dict[str, Any]) -> dict[str, Any]:
    clear = [{"layer": "red", "edition": "1", "nearest": {"zone": "Z7", "distance_m": "812.300"}}]
    plain = {"verdict": "prohibited", "findings": list(findings), "clear": clear, "no_data": [], "editions": {"layers": {"red": {"disclosure": level}}}}
    return sealed({**plain, **summarise(plain)})


def test_a_public_layer_and_an_admin_read_the_document_as_it_is():
    for level, asker in (("public", PLANNER), ("restricted", ADMIN)):
        assert disclose(document(level, finding()), asker) == document(level, finding())


def test_a_named_layer_gives_rough_figures_and_no_geometry():
    told = disclose(document("named", finding()), PLANNER)
    (shown,) = told["findings"]
    assert [shown[key] for key in ("overlap", "overlap_m2", "site_share", "width_m", "distance_m")] == [None, "5120.00", "0.674000", "183.000", "0-50"]
    assert told["clear"][0]["nearest"] == {"zone": "Z7", "distance_m": "500-1000"}
    assert "5,120.00" in told["summary"] and "5,123.45" not in told["summary"]
    assert told["checksum"] == document_checksum(told)


@pytest.mark.parametrize("changes", [{}, {"matched": "unknown"}, {"below_threshold": True}, {"relation": "near", "distance_m": "312.000"}])
def test_a_restricted_layer_gives_effect_and_clause_alone(changes):
    told = disclose(document("restricted", finding(**changes)), PLANNER)
    (shown,) = told["findings"]
    assert (shown["effect"], shown["rule"]["text"]) == ("prohibit", "No building.")
    assert (shown["zone"]["code"], shown["overlap_m2"], shown["relation"]) == (None, None, None)
    for secret in ("Secret valley", "Z7", "5,123", "312", "core"):
        assert secret not in str(told)


def test_a_band_of_distance_is_a_sentence_too():
    told = disclose(document("named", finding(relation="near", distance_m="312.000", overlap_m2="0.00")), PLANNER)
    assert told["summary_en"] == "Not permitted here: 200-500 m from Secret valley: No building. (Act 3)."
