/** Drawing as the pages use it: one sketch, its history, the map's tool and the figures shown until the server has checked. */
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { all } from "@/api/client";
import { useCatalogue } from "./catalogue";
import { mapCore } from "./core";
import { areaOf, lineLength } from "./geodesy";
import * as sketches from "./sketch";
import type { Sketch, SketchKind, Vertex } from "./sketch";
import { Sketcher, type SketchTask } from "./sketcher";
import { snapTarget, type Snap, type SnapTarget } from "./snap";
import type { Geometry, LonLat } from "./types";

export interface DrawHandle {
  readonly sketch: Readonly<Ref<Sketch>>;
  /** GeoJSON of what is drawn; null while it means nothing. */
  readonly geometry: ComputedRef<Geometry | null>;
  /** What the map's clicks do now; null: nothing of drawing. */
  readonly task: Readonly<Ref<SketchTask | null>>;
  /** Places of the ring being drawn. */
  readonly draft: Readonly<Ref<readonly LonLat[]>>;
  /** Square metres on the ellipsoid, approximate until checked: show with ≈. */
  readonly areaM2: ComputedRef<number>;
  readonly lengthM: ComputedRef<number>;
  readonly crossing: ComputedRef<boolean>;
  readonly snapped: Readonly<Ref<Snap | null>>;
  readonly canUndo: ComputedRef<boolean>;
  readonly canRedo: ComputedRef<boolean>;
  /** Draws another shape, cuts a hole, or edits what is there. */
  start(task: SketchTask): void;
  /** Ends the ring being drawn. */
  finish(): void;
  /** Gives the map back; what is drawn stays. */
  stop(): void;
  /** Puts in what was uploaded or pasted; can be undone. */
  setGeometry(geometry: Geometry | null): void;
  clear(): void;
  undo(): void;
  redo(): void;
  move(vertex: Vertex, to: LonLat): void;
  /** Puts a place in before the vertex's. */
  insert(vertex: Vertex, at: LonLat): void;
  removeVertex(vertex: Vertex): void;
  removeRing(part: number, ring: number): void;
  /** Begins a shape from typed places. */
  addPart(kind: SketchKind, ring: readonly LonLat[]): void;
  /** Shows a vertex on the map and puts the keyboard on its handle. */
  showVertex(vertex: Vertex): void;
}

/** Borders are fetched for drawing from this zoom on, so that a county is never fetched whole. */
const SNAP_ZOOM = 12;
const MOST_TARGETS = 200;

export function useDraw(options: { look?: string; snap?: boolean } = {}): DrawHandle {
  const core = mapCore();
  const { t } = useI18n();
  const history = shallowRef(sketches.started());
  const preview = shallowRef<Sketch | null>(null);
  const task = ref<SketchTask | null>(null);
  const draft = shallowRef<readonly LonLat[]>([]);
  const snapped = shallowRef<Snap | null>(null);
  const sketch = computed(() => preview.value ?? history.value.now);

  const sketcher = new Sketcher(
    core,
    {
      drawn: (kind, ring) => {
        change(kind === "hole" ? sketches.withHole(history.value.now, ring) : sketches.withPart(history.value.now, kind, ring));
        start("edit");
      },
      drafting: (ring) => (draft.value = ring),
      moved: (vertex, to, done) => (done ? move(vertex, to) : showOnly(sketches.moved(history.value.now, vertex, to))),
      inserted: (vertex, at) => insert(vertex, at),
      removed: (vertex) => removeVertex(vertex),
      shifted: (lon, lat) => change(sketches.shifted(history.value.now, lon, lat)),
      cancelled: () => stop(),
      snapped: (found) => (snapped.value = found),
    },
    {
      vertex: ({ ring, at }, total) => t("map.draw.vertex", { ring: ring + 1, number: at + 1, total }),
      midpoint: t("map.draw.midpoint"),
      moveAll: t("map.draw.moveAll"),
    },
    options.look,
  );
  const targets = options.snap === false ? null : snapping(sketcher);
  onScopeDispose(() => {
    targets?.stop();
    sketcher.remove();
  });

  function showOnly(next: Sketch): void {
    preview.value = next;
    sketcher.show(next);
  }

  function set(next: sketches.History): void {
    history.value = next;
    showOnly(next.now);
    preview.value = null;
  }

  const change = (next: Sketch): void => set(sketches.changed(history.value, next));
  const move = (vertex: Vertex, to: LonLat): void => change(sketches.moved(history.value.now, vertex, to));
  const insert = (vertex: Vertex, at: LonLat): void => change(sketches.inserted(history.value.now, vertex, at));
  const removeVertex = (vertex: Vertex): void => change(sketches.removed(history.value.now, vertex));

  function start(next: SketchTask): void {
    task.value = next;
    sketcher.begin(next);
    void targets?.load();
  }

  function stop(): void {
    task.value = null;
    snapped.value = null;
    sketcher.begin(null);
  }

  function undo(): void {
    if (draft.value.length > 0) sketcher.stepBack();
    else set(sketches.undone(history.value));
  }

  function showVertex(vertex: Vertex): void {
    const at = sketch.value.parts[vertex.part]?.[vertex.ring]?.[vertex.at];
    if (!at) return;
    core.setView({ lon: at[0], lat: at[1], zoom: core.view().zoom }, true);
    if (task.value !== "edit") start("edit");
    sketcher.focusVertex(vertex);
  }

  return {
    sketch,
    geometry: computed(() => sketches.toGeometry(sketch.value)),
    task,
    draft,
    areaM2: computed(() => (isArea(sketch.value) ? areaOf(sketch.value.parts) : areaOf([[draft.value]]))),
    lengthM: computed(() => lineLength(isArea(sketch.value) ? closedRing(sketch.value.parts[0]?.[0] ?? draft.value) : (sketch.value.parts[0]?.[0] ?? draft.value))),
    crossing: computed(() => sketches.crossesItself(sketch.value)),
    snapped,
    canUndo: computed(() => history.value.past.length > 0 || draft.value.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    start,
    finish: () => sketcher.finish(),
    stop,
    setGeometry: (geometry) => change(sketches.fromGeometry(geometry)),
    clear: () => change(sketches.EMPTY),
    undo,
    redo: () => set(sketches.redone(history.value)),
    move,
    insert,
    removeVertex,
    removeRing: (part, ring) => change(sketches.withoutRing(history.value.now, part, ring)),
    addPart: (kind, ring) => change(sketches.withPart(history.value.now, kind, ring)),
    showVertex,
  };
}

function isArea({ kind, parts }: Sketch): boolean {
  return parts.length > 0 && (kind === "polygon" || kind === "rectangle");
}

function closedRing(ring: readonly LonLat[]): LonLat[] {
  return ring.length > 2 ? [...ring, ring[0]!] : [...ring];
}

interface Found {
  readonly name: string;
  readonly geometry?: Geometry;
}

/** Keeps the borders near by at hand while something is drawn: of leaf cells, unless told not to, and of the zones that are visible. */
export function snapping(sketcher: { targets: readonly SnapTarget[] }, options: { cells?: boolean } = {}): { load: () => Promise<void>; stop: () => void } {
  const core = mapCore();
  const catalogue = useCatalogue();
  let abort: AbortController | null = null;
  let held = "";

  async function load(): Promise<void> {
    if (!core.hasTool || core.view().zoom < SNAP_ZOOM) return;
    const bbox = core
      .bounds()
      .map((value) => value.toFixed(5))
      .join(",");
    if (bbox === held) return;
    abort?.abort();
    abort = new AbortController();
    const limits = { signal: abort.signal, askToSignIn: false, most: MOST_TARGETS };
    const query = { bbox, geometry: "full", on: catalogue.day };
    const level = catalogue.levels.at(-1)?.key;
    const zones = catalogue.rows.filter((row) => row.visible && row.edition !== null && row.disclosure === "public");
    const answers = await Promise.allSettled([
      ...(level && options.cells !== false ? [all<Found>("/cells", { ...query, level }, limits)] : []),
      ...zones.map(({ key }) => all<Found>("/zones", { ...query, layer: key }, limits)),
    ]);
    if (abort.signal.aborted) return;
    held = bbox;
    // Without borders one draws without catching them: nothing is lost but comfort.
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    sketcher.targets = found.flatMap(({ name, geometry }) => (geometry ? [snapTarget(name, geometry)] : []));
  }

  const off = core.views.add(() => void load());
  return {
    load,
    stop: () => {
      off();
      abort?.abort();
    },
  };
}
