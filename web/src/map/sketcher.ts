/** Drawing on the map: turns clicks, drags and keys into changes of a sketch, and shows the sketch with its handles. */
import L from "leaflet";
import { box, icon } from "./dom";
import type { MapCore } from "./core";
import { snap, type Snap, type SnapTarget } from "./snap";
import { fewest, rectangle, type Ring, type Sketch, type SketchKind, type Vertex } from "./sketch";
import type { LonLat } from "./types";

export type SketchTask = SketchKind | "hole" | "edit";

export interface SketchWords {
  readonly vertex: (vertex: Vertex, total: number) => string;
  readonly midpoint: string;
  readonly moveAll: string;
}

/** What a drawing tool tells its owner; the owner changes the sketch and shows it again. */
export interface SketchEvents {
  /** A ring was finished. */
  readonly drawn: (kind: SketchKind | "hole", ring: Ring) => void;
  /** The ring being drawn changed. */
  readonly drafting: (ring: Ring) => void;
  readonly moved: (vertex: Vertex, to: LonLat, done: boolean) => void;
  readonly inserted: (vertex: Vertex, at: LonLat) => void;
  readonly removed: (vertex: Vertex) => void;
  readonly shifted: (lon: number, lat: number) => void;
  readonly cancelled: () => void;
  readonly snapped: (to: Snap | null) => void;
}

/** Handles shown at once; beyond, only those in view, so that a parcel of thousands of vertices stays quick. */
const MOST_HANDLES = 300;
const CLOSE_PX = 12;
const SAME_PX = 3;

export class Sketcher {
  targets: readonly SnapTarget[] = [];
  private task: SketchTask | null = null;
  private draft: LonLat[] = [];
  private sketch: Sketch = { kind: "polygon", parts: [] };
  private readonly shapes: L.LayerGroup;
  private readonly handles: L.LayerGroup;
  private readonly rubber: L.LayerGroup;
  private readonly core: MapCore;
  private readonly events: SketchEvents;
  private readonly words: SketchWords;
  private readonly look: string;
  private readonly renderer: L.SVG;
  private focus: Vertex | null = null;
  /** A handle is being dragged: the shapes follow, the handles stay as they are. */
  private dragging = false;

  constructor(core: MapCore, events: SketchEvents, words: SketchWords, look = "m-sketch") {
    this.core = core;
    this.events = events;
    this.words = words;
    this.look = look;
    this.renderer = core.panes.above;
    this.shapes = L.layerGroup().addTo(core.map);
    this.rubber = L.layerGroup().addTo(core.map);
    this.handles = L.layerGroup().addTo(core.map);
  }

  /** Begins a task; null ends the one that is on. */
  begin(task: SketchTask | null): void {
    const { map, container } = this.core;
    map.off("click", this.onClick).off("mousemove", this.onMove).off("dblclick", this.onDouble).off("moveend", this.showHandles);
    container.removeEventListener("keydown", this.onKey);
    this.task = task;
    this.setDraft([]);
    this.events.snapped(null);
    this.core.setTool(this, task);
    this.showHandles();
    if (task === null) return;
    container.addEventListener("keydown", this.onKey);
    map.on("moveend", this.showHandles);
    if (task !== "edit") map.on("click", this.onClick).on("mousemove", this.onMove).on("dblclick", this.onDouble);
  }

  show(sketch: Sketch): void {
    this.sketch = sketch;
    this.shapes.clearLayers();
    for (const part of sketch.parts) for (const layer of this.drawn(part)) this.shapes.addLayer(layer);
    this.showHandles();
  }

  /** Ends the ring being drawn, when it means something. */
  finish(): void {
    const task = this.task;
    if (!task || task === "edit") return;
    const kind = task === "hole" ? "polygon" : task;
    const ring = withoutRepeats(this.draft);
    if (ring.length < fewest(kind)) return;
    this.setDraft([]);
    this.events.drawn(task, ring);
  }

  /** Takes the last place of the ring being drawn away; false when there is none. */
  stepBack(): boolean {
    if (this.draft.length === 0) return false;
    this.setDraft(this.draft.slice(0, -1));
    return true;
  }

  /** Puts the keyboard on a vertex. */
  focusVertex(vertex: Vertex): void {
    this.focus = vertex;
    this.showHandles();
  }

  remove(): void {
    this.begin(null);
    for (const group of [this.shapes, this.rubber, this.handles]) group.remove();
  }

  private readonly onClick = ({ latlng }: L.LeafletMouseEvent): void => {
    if (!this.core.leads(this)) return;
    const at = this.caught(latlng);
    if (this.task === "point") return this.events.drawn("point", [at]);
    const [first] = this.draft;
    if (this.task === "rectangle" && first) {
      this.setDraft([]);
      return this.events.drawn("rectangle", rectangle(first, at));
    }
    if (first && this.draft.length >= 3 && this.task !== "line" && this.pixels(first, at) < CLOSE_PX) return this.finish();
    const last = this.draft.at(-1);
    if (last && this.pixels(last, at) < SAME_PX) return this.core.container.classList.contains("by-keys") ? this.finish() : undefined;
    this.setDraft([...this.draft, at]);
  };

  private readonly onMove = ({ latlng }: L.LeafletMouseEvent): void => {
    if (this.core.leads(this)) this.showRubber(this.caught(latlng, true));
  };

  private readonly onDouble = (): void => {
    if (this.core.leads(this)) this.finish();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (this.draft.length > 0) this.setDraft([]);
      else this.events.cancelled();
    } else if (event.key === "Backspace" && this.stepBack()) event.preventDefault();
  };

  private setDraft(ring: LonLat[]): void {
    this.draft = ring;
    this.showRubber(null);
    this.events.drafting(ring);
  }

  /** The place meant by a click: drawn to a border near by. */
  private caught(latlng: L.LatLng, tell = false): LonLat {
    const at: LonLat = [latlng.lng, latlng.lat];
    const found = snap(at, this.targets, this.degreesPerPixel(latlng));
    if (tell) this.events.snapped(found);
    return found?.at ?? at;
  }

  private degreesPerPixel(at: L.LatLng): [number, number] {
    const { map } = this.core;
    const point = map.latLngToLayerPoint(at);
    const next = map.layerPointToLatLng(point.add([1, 1]));
    return [Math.max(Math.abs(next.lng - at.lng), 1e-12), Math.max(Math.abs(next.lat - at.lat), 1e-12)];
  }

  private pixels(a: LonLat, b: LonLat): number {
    const { map } = this.core;
    return map.latLngToLayerPoint([a[1], a[0]]).distanceTo(map.latLngToLayerPoint([b[1], b[0]]));
  }

  private showRubber(pointer: LonLat | null): void {
    this.rubber.clearLayers();
    const options = (className: string) => ({ className, renderer: this.renderer, interactive: false });
    if (this.draft.length > 0) this.rubber.addLayer(L.polyline(latLngs(this.draft), options("m-sketch-open")));
    const [first, last] = [this.draft[0], this.draft.at(-1)];
    if (pointer && first && last) {
      const next =
        this.task === "rectangle" ? [...rectangle(first, pointer), rectangle(first, pointer)[0]!] : this.task === "line" ? [last, pointer] : [last, pointer, first];
      this.rubber.addLayer(L.polyline(latLngs(next), options("m-sketch-next")));
    }
    for (const at of this.draft)
      this.rubber.addLayer(L.marker([at[1], at[0]], { icon: handleIcon("m-vertex"), interactive: false, keyboard: false, pane: "map-sketch" }));
  }

  private drawn(part: readonly Ring[]): L.Layer[] {
    const { kind } = this.sketch;
    const options = (className: string) => ({ className, renderer: this.renderer, interactive: false });
    const at = part[0]?.[0];
    if (kind === "point") return at ? [L.circleMarker([at[1], at[0]], { ...options(this.look), radius: 6 })] : [];
    if (kind === "line") return [L.polyline(latLngs(part[0] ?? []), options("m-sketch-case")), L.polyline(latLngs(part[0] ?? []), options(`${this.look} m-line`))];
    const rings = part.map(latLngs);
    return [L.polygon(rings, options("m-sketch-case")), L.polygon(rings, options(this.look))];
  }

  private readonly showHandles = (): void => {
    if (this.dragging) return;
    const active = this.focus ?? this.focused();
    this.focus = null;
    this.handles.clearLayers();
    if (this.task !== "edit") return;
    const view = this.core.map.getBounds().pad(0.1);
    const all = vertices(this.sketch);
    const shown = all.length > MOST_HANDLES ? all.filter(([, at]) => view.contains([at[1], at[0]])).slice(0, MOST_HANDLES) : all;
    for (const [vertex, at, next] of shown) {
      this.handles.addLayer(this.vertexHandle(vertex, at));
      if (next && shown.length < MOST_HANDLES) this.handles.addLayer(this.middleHandle(vertex, at, next));
    }
    if (this.sketch.kind !== "point" && all.length > 0) this.handles.addLayer(this.moveHandle(all.map(([, at]) => at)));
    if (active) this.handleOf(active)?.focus();
  };

  private vertexHandle(vertex: Vertex, at: LonLat): L.Marker {
    const total = this.sketch.parts[vertex.part]![vertex.ring]!.length;
    const name = this.words.vertex(vertex, total);
    const marker = this.handle("m-vertex", at, name);
    let last = at;
    marker.on("drag", (event) => {
      last = this.caught((event as L.LeafletMouseEvent).latlng, true);
      this.dragging = true;
      this.events.moved(vertex, last, false);
    });
    marker.on("dragend", () => {
      this.dragging = false;
      this.events.snapped(null);
      this.events.moved(vertex, last, true);
    });
    marker.on("contextmenu", () => this.events.removed(vertex));
    marker.on("add", () => {
      const element = marker.getElement();
      if (!element) return;
      element.dataset["vertex"] = vertexKey(vertex);
      element.addEventListener("keydown", (event) => this.onVertexKey(event, vertex, at));
    });
    return marker;
  }

  private middleHandle(vertex: Vertex, from: LonLat, to: LonLat): L.Marker {
    const marker = this.handle("m-midpoint", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], this.words.midpoint, false);
    const after = { ...vertex, at: vertex.at + 1 };
    const place = (): LonLat => this.caught(marker.getLatLng());
    marker.on("dragend", () => this.events.inserted(after, place()));
    marker.on("click", () => this.events.inserted(after, place()));
    return marker;
  }

  private moveHandle(places: readonly LonLat[]): L.Marker {
    const bounds = L.latLngBounds(latLngs(places));
    const from = bounds.getCenter();
    const marker = L.marker(from, {
      icon: L.divIcon({ className: "m-anchor", html: box("m-move", icon("move")), iconSize: [0, 0] }),
      draggable: true,
      keyboard: false,
      alt: this.words.moveAll,
      title: this.words.moveAll,
      pane: "map-sketch",
    });
    marker.on("dragend", () => {
      const to = marker.getLatLng();
      this.events.shifted(to.lng - from.lng, to.lat - from.lat);
    });
    return marker;
  }

  private handle(className: string, at: LonLat, name: string, keyboard = true): L.Marker {
    return L.marker([at[1], at[0]], { icon: handleIcon(className), draggable: true, autoPan: true, keyboard, alt: name, title: name, pane: "map-sketch" });
  }

  private onVertexKey(event: KeyboardEvent, vertex: Vertex, at: LonLat): void {
    const step = event.shiftKey ? 10 : 1;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (by) {
      const { map } = this.core;
      const to = map.layerPointToLatLng(map.latLngToLayerPoint([at[1], at[0]]).add(by as [number, number]));
      this.focus = vertex;
      this.events.moved(vertex, [to.lng, to.lat], true);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.focus = { ...vertex, at: Math.max(0, vertex.at - 1) };
      this.events.removed(vertex);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private focused(): Vertex | null {
    const key = (document.activeElement as HTMLElement | null)?.dataset?.["vertex"];
    if (!key) return null;
    const [part, ring, at] = key.split(" ").map(Number) as [number, number, number];
    return { part, ring, at };
  }

  private handleOf(vertex: Vertex): HTMLElement | null {
    return this.core.container.querySelector<HTMLElement>(`[data-vertex="${vertexKey(vertex)}"]`);
  }
}

function vertexKey({ part, ring, at }: Vertex): string {
  return `${part} ${ring} ${at}`;
}

function handleIcon(className: string): L.DivIcon {
  return L.divIcon({ className: "m-anchor", html: box(className), iconSize: [0, 0] });
}

function latLngs(ring: readonly LonLat[]): L.LatLngExpression[] {
  return ring.map(([lon, lat]) => [lat, lon]);
}

/** Places without those that repeat the one before: a double click adds its place twice. */
function withoutRepeats(ring: readonly LonLat[]): LonLat[] {
  return ring.filter((at, i) => i === 0 || at[0] !== ring[i - 1]![0] || at[1] !== ring[i - 1]![1]);
}

/** Every vertex with its place and the place after it (null at the end of a line). */
function vertices(sketch: Sketch): [Vertex, LonLat, LonLat | null][] {
  return sketch.parts.flatMap((part, p) =>
    part.flatMap((ring, r) =>
      ring.map((at, i): [Vertex, LonLat, LonLat | null] => {
        const next = ring[i + 1] ?? (sketch.kind === "polygon" || sketch.kind === "rectangle" ? ring[0]! : null);
        return [{ part: p, ring: r, at: i }, at, ring.length > 1 ? next : null];
      }),
    ),
  );
}
