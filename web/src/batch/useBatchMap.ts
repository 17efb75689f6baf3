import { ref, watch, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { formatNumber } from "@/parts/format";
import { useMap } from "@/map/useMap";
import type { Geometry, Pin } from "@/map/types";
import { markOf, OUTCOMES, SIGN } from "./outcome";
import { extentOf, grouped, holds, sizePx, within, type Group } from "./places";
import type { BatchSite } from "./types";

const LEAST_SHAPE_PX = 16;
const MOST_SHAPES = 400;
const FIT = { padding: 64, maxZoom: 16 };

interface Shown {
  /** The rows that the table shows. */
  rows: Readonly<Ref<readonly BatchSite[]>>;
  selected: Ref<number | null>;
  shapes: Readonly<ShallowRef<ReadonlyMap<number, Geometry>>>;
  need: () => Promise<void>;
  /** The outlines may be asked for: all rows are answered. */
  settled: () => boolean;
}

/** The rows of the table on the map, hatched as their verdict, or as pins where they are too small; the map follows the table and its selection. */
export function useBatchMap({ rows, selected, shapes, need, settled }: Shown) {
  const { t } = useI18n();
  const map = useMap();
  const moved = ref(0);
  let groups = new Map<string, Group>();

  map.onView(() => (moved.value += 1));
  map.onClick((at) => {
    const hit = rows.value.filter((site) => site.bbox && within([...at, ...at] as [number, number, number, number], site.bbox)).find((site) => holds(shapes.value.get(site.row) ?? { type: "MultiPolygon", coordinates: [] }, [at[0], at[1]]));
    if (hit) selected.value = hit.row;
  });
  watch([rows, shapes, selected, moved], draw);
  watch(selected, go);

  function draw(): void {
    const view = [...map.bounds()] as [number, number, number, number];
    const { zoom } = map.getView();
    const seen = rows.value.filter((site) => site.bbox && within(site.bbox, view));
    const large = seen.filter((site) => sizePx(site.bbox!, zoom) >= LEAST_SHAPE_PX);
    if (large.length && settled() && large.some((site) => !shapes.value.has(site.row))) void need().catch(() => undefined);
    const drawn = large.length <= MOST_SHAPES ? large.filter((site) => (shapes.value.get(site.row)?.type ?? "Point") !== "Point") : [];
    const apart = new Set(drawn.map((site) => site.row));
    map.setOverlaps(drawn.map((site) => ({ id: String(site.row), geometry: shapes.value.get(site.row)!, verdict: markOf(site) })));
    pin(grouped(seen.filter((site) => !apart.has(site.row)), view, zoom, selected.value));
    const chosen = selected.value === null ? undefined : shapes.value.get(selected.value);
    map.setSite(chosen && apart.has(selected.value!) ? chosen : null);
    map.highlight(selected.value === null ? null : String(selected.value));
  }

  function pin(found: readonly Group[]): void {
    groups = new Map(found.map((group) => [String(group.rows[0]), group]));
    map.setPins(found.map(pinOf), (id) => opened(groups.get(id)));
  }

  function pinOf(group: Group): Pin {
    const single = group.rows.length === 1;
    const count = group.rows.length;
    const said = OUTCOMES.flatMap((outcome) => (group.counts[outcome] ? [`${t(`batch.outcome.${outcome}`)} ${group.counts[outcome]}`] : [])).join("，");
    const row = single ? rows.value.find((site) => site.row === group.rows[0]) : undefined;
    const title = row ? `${row.name ?? row.site_id}：${t(`batch.outcome.${group.outcome}`)}` : t("batch.together", { count: formatNumber(count), said });
    const text = single ? SIGN[group.outcome] : count < 1000 ? String(count) : `${Math.floor(count / 1000)}k`;
    return { id: String(group.rows[0]), at: group.at, text, title, mark: group.outcome === "error" ? "nodata" : group.outcome };
  }

  function opened(group: Group | undefined): void {
    if (!group) return;
    if (group.rows.length === 1) selected.value = group.rows[0]!;
    else map.fit(group.bbox, FIT);
  }

  function go(row: number | null): void {
    const site = row === null ? undefined : rows.value.find((one) => one.row === row);
    if (!site?.point || !site.bbox) return;
    const view = [...map.bounds()] as [number, number, number, number];
    if (!within([...site.point, ...site.point], view)) map.panTo(site.point);
  }

  function fit(): void {
    const box = extentOf(rows.value);
    if (box) map.fit(box, FIT);
  }

  /** Shows one site as large as it fits. */
  function show(site: BatchSite): void {
    if (site.bbox) map.fit(site.bbox, { padding: 120, maxZoom: 17 });
  }

  return { fit, show };
}
