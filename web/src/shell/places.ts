import type { RouteLocationNormalized, RouteLocationRaw } from "vue-router";
import type { SearchHit } from "@/api/types";
import { readPlace, writePlace, writeSelection, type Selection } from "@/stores/view";

/** Where a hit is shown: cells and zones on the map, projects as the check, persons where they are listed. layersOn: what the map shows now; a layer found comes on beside it. */
export function placeOf(hit: SearchHit, now: RouteLocationNormalized, layersOn: Iterable<string>): RouteLocationRaw {
  if (hit.kind === "project") return { path: `/check/${encodeURIComponent(String(hit.id ?? hit.code))}` };
  const query = now.path === "/map" ? { ...now.query } : {};
  if (hit.kind === "layer" && hit.layer) {
    query["layers"] = [...new Set([...layersOn, hit.layer])].join(",");
    const whole = around(hit);
    return { path: "/map", query: whole ? { ...query, at: whole } : query };
  }
  const sel = selectionOf(hit);
  if (sel) query["sel"] = writeSelection(sel);
  const at = around(hit);
  if (at) query["at"] = at;
  return { path: "/map", query };
}

function selectionOf(hit: SearchHit): Selection | null {
  if (hit.kind === "cell" && hit.code) return { kind: "cell", code: hit.code, scheme: hit.scheme, level: hit.level };
  if (hit.kind === "zone" && hit.layer && hit.code) return { kind: "zone", layer: hit.layer, code: hit.code };
  if (hit.kind === "person" && hit.id !== undefined) return { kind: "person", id: String(hit.id) };
  return null;
}

/** The place that shows the whole of a hit on a map of about a thousand pixels; null when it has none. */
function around(hit: SearchHit): string | null {
  if (!hit.point) return null;
  const [west, south, east, north] = hit.bbox ?? [0, 0, 0, 0];
  const width = Math.max(east - west, (north - south) * 1.3, 0.002);
  const zoom = Math.max(4, Math.min(Math.log2((360 * 3) / width) , 16));
  const place = { lon: hit.point[0], lat: hit.point[1], zoom: Math.floor(zoom * 2) / 2 };
  return readPlace(writePlace(place)) ? writePlace(place) : null;
}
