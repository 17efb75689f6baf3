/**
 * Redrawing on the map as the pages use it: they put in the grid as the draft leaves it and as it is in force, and are told the operations
 * that gestures ask for. The page keeps the list of operations, its undo, and what the server says to it.
 */
import { computed, getCurrentScope, nextTick, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { NO_NET, readNet, toPlace } from "./arcs";
import { mapCore } from "./core";
import { linesOfGround } from "./ground";
import { LineHand, type LineHandState } from "./lineHand";
import { Desk } from "./redrawDesk";
import { cellAt } from "./redrawHits";
import { RedrawKeys } from "./redrawKeys";
import { RedrawLayer } from "./redrawLayer";
import type { RedrawScene } from "./redrawPaint";
import { GroundTags } from "./groundTags";
import type { ArcsDocument, DrawnOperation, HeldVertex, MovedGround, RedrawCompare, RedrawPreview, RedrawRefusal, RedrawTool } from "./redrawTypes";
import { snapping } from "./useDraw";
import type { Bbox, LonLat } from "./types";
import { VertexHand } from "./vertexHand";

export interface RedrawMap {
  readonly tool: Readonly<Ref<RedrawTool>>;
  readonly compare: Readonly<Ref<RedrawCompare>>;
  /** The vertex in hand, for its card; null: none. */
  readonly held: Readonly<Ref<HeldVertex | null>>;
  /** Several vertices are taken in hand by taps and frames. */
  readonly many: Readonly<Ref<boolean>>;
  readonly drawing: Readonly<Ref<LineHandState>>;
  /** Approximate changes while a gesture goes on. */
  readonly preview: Readonly<Ref<RedrawPreview | null>>;
  readonly snapped: Readonly<Ref<string | null>>;
  /** Why the last gesture came to nothing, until the next one. */
  readonly refused: Readonly<Ref<RedrawRefusal | null>>;
  /** The page is carrying out what was asked: there is no other gesture. */
  readonly busy: Readonly<Ref<boolean>>;
  readonly canFinish: ComputedRef<boolean>;
  /** Nothing can be changed any more (submitted, in force): tools are off, the map shows. */
  readonly readOnly: Readonly<Ref<boolean>>;
  /** The grid as the draft leaves it; null: nothing to draw on. */
  setDraft(document: ArcsDocument | null): void;
  setInForce(document: ArcsDocument | null): void;
  setCompare(compare: RedrawCompare): void;
  setReadOnly(readOnly: boolean): void;
  /** Ground that passes from cell to cell by the draft so far. */
  setMoved(grounds: readonly MovedGround[]): void;
  /** Cells that stand out. */
  setCells(codes: readonly string[]): void;
  /** Name of a cell of the draft, or its code. */
  nameOf(code: string): string;
  start(tool: RedrawTool): void;
  setMany(many: boolean): void;
  /** Ends the line or the choice that is being made. */
  finish(): void;
  /** Takes back the last place drawn; false when there is none (then undo a step of the draft). */
  stepBack(): boolean;
  /** What is going on comes to nothing; false when there was nothing. */
  cancel(): boolean;
  /** Chooses a cell from a list: for merging, or as the receiver of ground. */
  choose(code: string): void;
  /** Puts the vertex in hand at a place that was typed. */
  putHeld(at: LonLat): Promise<void>;
  removeHeld(): void;
  /** Takes the next vertex along the boundary in hand. */
  stepHeld(by: 1 | -1): void;
  /** Shows the cells up for change whole. */
  fit(): void;
  /** Shows a place of the draft, and takes the vertex there in hand. */
  focus(at: LonLat, zoom?: number): void;
  /** A cell was clicked with the tool `select`. */
  onPick(listener: (code: string) => void): void;
  /** A gesture asks for operations, to be carried out together as one step. Gestures wait until the promise settles; call setDraft before. */
  onOperations(listener: (operations: readonly DrawnOperation[]) => Promise<void> | void): void;
}

const NOTHING_DRAWN: LineHandState = { places: 0, asksReceiver: false, chosen: [] };
const CLOSE_ZOOM = 16;
const PATIENCE_MS = 200;

/** A new draft's page is made anew when it gets its number: the tool stays in hand. */
let kept: { readonly tool: RedrawTool; readonly at: number } | null = null;
const KEPT_MS = 3000;

export function useRedrawMap(): RedrawMap {
  const core = mapCore();
  const { t } = useI18n();
  const tool = ref<RedrawTool>("select");
  const compare = ref<RedrawCompare>("both");
  const held = shallowRef<HeldVertex | null>(null);
  const many = ref(false);
  const drawing = shallowRef(NOTHING_DRAWN);
  const preview = shallowRef<RedrawPreview | null>(null);
  const snapped = ref<string | null>(null);
  const refused = ref<RedrawRefusal | null>(null);
  const busy = ref(false);
  const readOnly = ref(false);
  const cells = shallowRef<ReadonlySet<string>>(new Set());
  const moved = shallowRef<readonly MovedGround[]>([]);
  const documents: { draft: ArcsDocument | null; force: ArcsDocument | null } = { draft: null, force: null };
  const picks = new Set<(code: string) => void>();
  let due = false;
  let wanted: RedrawTool = kept && performance.now() - kept.at < KEPT_MS ? kept.tool : "select";
  let carryOut: (operations: readonly DrawnOperation[]) => Promise<void> | void = () => undefined;

  const layer = new RedrawLayer(scene);
  const desk = new Desk(
    core,
    {
      operations: async (operations) => {
        busy.value = true;
        try {
          await carryOut(operations);
        } finally {
          busy.value = false;
        }
      },
      preview: (deltas) => (preview.value = deltas && { deltaM2: deltas }),
      refused: (why) => (refused.value = why),
      snapped: (title) => (snapped.value = title),
    },
    { boundary: t("map.redraw.boundary"), former: t("map.redraw.former") },
    layer.refresh,
  );
  const vertex = new VertexHand(desk, (found) => (held.value = found));
  const line = new LineHand(
    desk,
    (state) => (drawing.value = state),
    (name) => [t("map.redraw.partOne", { name }), t("map.redraw.partTwo", { name })],
  );
  const keys = new RedrawKeys(core, {
    desk,
    vertex,
    line,
    picked: ({ lng, lat }) => {
      const code = cellAt(desk.net, toPlace([lng, lat]));
      if (code) for (const listener of picks) listener(code);
    },
    left: () => start("select"),
  });
  const tags = new GroundTags(core.map);
  const targets = snapping(desk, { cells: false });
  const offs = [core.themes.add(() => layer.retheme())];
  layer.addTo(core.map);
  keys.start();
  start(wanted);
  if (getCurrentScope()) onScopeDispose(leave);

  function leave(): void {
    kept = { tool: wanted, at: performance.now() };
    keys.stop();
    targets.stop();
    offs.forEach((off) => off());
    vertex.drop();
    core.setTool(desk, null);
    tags.show([]);
    layer.remove();
  }

  function scene(): RedrawScene | null {
    if (!documents.draft && !documents.force) return null;
    const { net, force, fresh, gone, gesture, snapAt, pointer } = desk;
    const isVertex = tool.value === "vertex";
    return {
      net,
      force,
      fresh,
      gone,
      compare: compare.value,
      chosen: tool.value === "merge" ? line.chosen : cells.value,
      moved: moved.value.map(({ geometry }) => linesOfGround(geometry)).flat(),
      gesture,
      drawing: line.draws && line.line.length > 0 ? { line: line.line, next: line.next, closed: line.isClosed } : null,
      handles: isVertex,
      held: new Set(isVertex ? vertex.heldPlaces().map(([x, y]) => `${x} ${y}`) : []),
      told: isVertex && held.value ? toPlace(held.value.at) : null,
      hover: isVertex ? vertex.hover : null,
      pointer,
      snap: snapAt,
      frame: vertex.frame,
    };
  }

  /** The grid was told anew; both pieces of it often come together. */
  function soon(): void {
    if (due) return;
    due = true;
    queueMicrotask(renew);
  }

  /** Vertices in hand are looked for where they are now. What is being dragged is let finish on the grid it began on. */
  function renew(): void {
    if (vertex.isGoing && !busy.value) return void setTimeout(renew, PATIENCE_MS);
    due = false;
    const places = vertex.heldPlaces();
    const told = held.value ? toPlace(held.value.at) : null;
    const force = documents.force ? readNet(documents.force) : NO_NET;
    desk.setNets(documents.draft === documents.force ? force : documents.draft ? readNet(documents.draft) : NO_NET, force);
    vertex.renewed(places.length === 1 && told ? [told] : places);
    line.renewed();
    layer.refresh();
  }

  function start(next: RedrawTool): void {
    wanted = next;
    take(next);
  }

  function take(next: RedrawTool): void {
    vertex.settle();
    vertex.drop();
    vertex.hold([]);
    vertex.many = many.value = false;
    tool.value = readOnly.value ? "select" : next;
    line.begin(tool.value);
    core.setTool(desk, tool.value === "select" ? null : tool.value);
    refused.value = null;
    if (tool.value !== "select") void targets.load();
  }

  function fit(): void {
    const boxes = (documents.draft ?? documents.force)?.cells.filter(({ asked }) => asked).map(({ bbox }) => bbox) ?? [];
    if (boxes.length === 0) return;
    const box: Bbox = [0, 1, 2, 3].map((i) => (i < 2 ? Math.min : Math.max)(...boxes.map((one) => one[i]!))) as unknown as Bbox;
    core.fit(box, { padding: 48, animate: false });
  }

  function focus(at: LonLat, zoom?: number): void {
    core.setView({ lon: at[0], lat: at[1], zoom: zoom ?? Math.max(CLOSE_ZOOM, core.view().zoom) }, true);
    if (tool.value === "vertex") vertex.renewed([toPlace(at)]);
  }

  return {
    tool,
    compare,
    held,
    many,
    drawing,
    preview,
    snapped,
    refused,
    busy,
    readOnly,
    canFinish: computed(() => !busy.value && finishable(tool.value, drawing.value)),
    setDraft: (document) => {
      documents.draft = document;
      soon();
    },
    setInForce: (document) => {
      documents.force = document;
      soon();
    },
    setCompare: (next) => {
      compare.value = next;
      tags.show(next === "both" ? moved.value : []);
      layer.refresh();
    },
    setReadOnly: (next) => {
      if (readOnly.value === next) return;
      readOnly.value = next;
      take(wanted);
    },
    setMoved: (grounds) => {
      moved.value = grounds;
      tags.show(compare.value === "both" ? grounds : []);
      layer.refresh();
    },
    setCells: (codes) => {
      cells.value = new Set(codes);
      layer.refresh();
    },
    nameOf: (code) => desk.net.cells.get(code)?.name ?? code,
    start,
    setMany: (next) => (vertex.many = many.value = next),
    finish: () => line.finish(),
    stepBack: () => line.stepBack(),
    cancel: () => vertex.drop() || line.drop(),
    choose: (code) => (drawing.value.asksReceiver ? line.receive(code) : line.toggle(code)),
    putHeld: (at) => vertex.put(toPlace(at)),
    removeHeld: () => vertex.remove(),
    stepHeld: (by) => {
      vertex.step(by);
      void nextTick(() => held.value && core.map.panInside([held.value.at[1], held.value.at[0]], { padding: [60, 60], animate: false }));
    },
    fit,
    focus,
    onPick: (listener) => void picks.add(listener),
    onOperations: (listener) => (carryOut = listener),
  };
}

function finishable(tool: RedrawTool, { places, chosen, asksReceiver }: LineHandState): boolean {
  if (tool === "merge") return chosen.length > 1;
  if (tool === "transfer") return !asksReceiver && places > 2;
  return (tool === "reshape" || tool === "split") && places > 1;
}
