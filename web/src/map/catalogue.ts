/** Layers of the map as the reader has set them: fed by the catalogue of the day, kept in the address by the view store. */
import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";
import { get, isAbort, Problem } from "@/api/client";
import { useDay } from "@/stores/day";
import { useInstallation } from "@/stores/installation";
import { useSession } from "@/stores/session";
import { useView } from "@/stores/view";
import { kindStyle } from "./zoneStyles";
import type { Bbox } from "./types";
import { tileJsonUrl } from "./urls";

/** A layer as `GET /layers` tells it. */
export interface CatalogueLayer {
  readonly layer: string;
  readonly kind: string;
  readonly title: string;
  readonly disclosure: "public" | "named" | "restricted";
  readonly in_force: { readonly edition: string; readonly effective_from: string; readonly effective_to: string | null } | null;
  readonly editions: readonly { readonly edition: string; readonly effective_from: string; readonly zones?: number | null }[];
  readonly bbox: Bbox | null;
}

/** What a TileJSON says. */
export interface TileSource {
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds?: Bbox;
}

export interface LayerRow {
  readonly key: string;
  readonly kind: string;
  readonly title: string;
  /** Edition in force on the day; null = none, and nothing is drawn. */
  readonly edition: string | null;
  /** Zones of that edition; null when the asker may not know. */
  readonly zones: number | null;
  readonly disclosure: CatalogueLayer["disclosure"];
  readonly bbox: Bbox | null;
  readonly visible: boolean;
  readonly opacity: number;
}

/** Shown until the reader chooses otherwise: what an office looks for first. */
const FIRST_KINDS = new Set(["ecological-red-line", "control-unit", "source-water"]);
const STALE_MS = 300_000;
export const GRID = "grid.";
export const BASE = "base.";

export const useCatalogue = defineStore("map-catalogue", () => {
  const day = useDay();
  const installation = useInstallation();
  const view = useView();
  const session = useSession();
  const layers = ref<CatalogueLayer[]>([]);
  const sources = ref<Record<string, TileSource>>({});
  const state = ref<"loading" | "ready" | "failed">("loading");
  const opacities = ref<Record<string, number>>({});
  const order = ref<string[]>([]);
  let abort: AbortController | null = null;
  let readAt = Date.now();

  const levels = computed(() => installation.scheme?.levels ?? []);
  const bases = computed(() => installation.about?.basemap.local ?? []);
  const shownDay = computed(() => day.on);
  const area = computed<Bbox | null>(() => installation.area);
  const hasWmts = computed(() => Boolean(installation.about?.basemap.wmts));
  /** Keys that are on when nobody has chosen. */
  const first = computed(() => [
    ...levels.value.map(({ key }) => GRID + key),
    ...layers.value.filter(({ kind }) => FIRST_KINDS.has(kind)).map(({ layer }) => layer),
    ...bases.value.map(({ key }) => BASE + key),
    ...(hasWmts.value ? [`${BASE}wmts`] : []),
  ]);
  const on = computed(() => new Set(view.layers ?? first.value));
  /** Top of the map first. */
  const rows = computed<LayerRow[]>(() => sorted(layers.value, order.value).map((layer) => row(layer, on.value.has(layer.layer), opacities.value[layer.layer] ?? 1)));
  const gridOn = computed(() => levels.value.filter(({ key }) => on.value.has(GRID + key)));

  /** Reads the catalogue and the tile sources of what is on; the last day asked for wins. */
  async function load(): Promise<void> {
    abort?.abort();
    abort = new AbortController();
    const { signal } = abort;
    const asked = day.on;
    readAt = Date.now();
    state.value = "loading";
    try {
      layers.value = (await get<{ items: CatalogueLayer[] }>("/layers", { on: asked }, { signal, askToSignIn: false })).items;
      await loadSources(asked, signal, true);
      if (!signal.aborted) state.value = "ready";
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) state.value = "failed";
    }
  }

  /** Sources of what is on and not known yet; `fresh`: of all of them, for another day. */
  async function loadSources(asked: string, signal?: AbortSignal, fresh = false): Promise<void> {
    const wanted = ["cells", ...rows.value.filter((found) => found.visible && found.edition !== null).map(({ key }) => key)];
    const missing = fresh ? wanted : wanted.filter((key) => !sources.value[key]);
    const found = await Promise.all(missing.map(async (key) => [key, await source(key, asked, signal)] as const));
    if (signal?.aborted || asked !== day.on) return;
    const next: Record<string, TileSource> = fresh ? {} : { ...sources.value };
    for (const [key, told] of found) if (told) next[key] = told;
    sources.value = next;
  }

  function setVisible(key: string, visible: boolean): void {
    const next = new Set(on.value);
    if (visible) next.add(key);
    else next.delete(key);
    const same = next.size === first.value.length && first.value.every((found) => next.has(found));
    view.setLayers(same ? null : [...next]);
  }

  function setOpacity(key: string, opacity: number): void {
    opacities.value = { ...opacities.value, [key]: Math.min(1, Math.max(0.1, opacity)) };
  }

  /** Moves a layer by one place up (-1) or down (+1) the list. */
  function move(key: string, by: -1 | 1): void {
    const keys = rows.value.map((found) => found.key);
    const from = keys.indexOf(key);
    const to = from + by;
    if (from < 0 || to < 0 || to >= keys.length) return;
    [keys[from], keys[to]] = [keys[to]!, keys[from]!];
    order.value = keys;
  }

  // Another day has other editions, another reader other layers.
  watch([() => day.on, () => installation.about !== null, () => session.account?.username], ([, ready]) => (ready ? void load() : undefined), { immediate: true });
  watch(on, () => (state.value === "ready" ? void loadSources(day.on).catch(() => (state.value = "failed")) : undefined));
  // A tab that was away may have missed an import; the address of its tiles names the state they are of.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - readAt > STALE_MS) void load();
  });

  return { layers, sources, state, levels, bases, hasWmts, area, day: shownDay, on, rows, gridOn, load, setVisible, setOpacity, move };
});

function row(layer: CatalogueLayer, visible: boolean, opacity: number): LayerRow {
  const edition = layer.in_force?.edition ?? null;
  const zones = layer.editions.find((found) => found.edition === edition)?.zones ?? null;
  return { key: layer.layer, kind: layer.kind, title: layer.title, edition, zones, disclosure: layer.disclosure, bbox: layer.bbox, visible, opacity };
}

/** Layers as the reader ordered them, the rest as their kinds lie on one another. */
function sorted(layers: readonly CatalogueLayer[], order: readonly string[]): CatalogueLayer[] {
  const rank = (layer: CatalogueLayer): number => {
    const at = order.indexOf(layer.layer);
    return at < 0 ? 1e4 - kindStyle(layer.kind).order : at;
  };
  return [...layers].sort((a, b) => rank(a) - rank(b) || (a.layer < b.layer ? -1 : 1));
}

/** The tile source of a layer on a day; null when there is none for this reader. */
async function source(key: string, on: string, signal?: AbortSignal): Promise<TileSource | null> {
  const [path, query] = tileJsonUrl(key, on);
  try {
    return await get<TileSource>(path, query, { ...(signal ? { signal } : {}), askToSignIn: false });
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
