/** The one Leaflet map: made once, moved into whichever page shows it. Nothing outside this folder sees Leaflet. */
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import "./map.css";
import { hatchDefs } from "./hatch";
import { NameLayer } from "./labelLayer";
import type { LevelStyle } from "./gridStyles";
import type { Panes } from "./overlays";
import type { Scene, SceneLayer } from "./tileEngine";
import { PaintedTiles, type TileState } from "./tileLayer";
import { readPalette, type Palette } from "./themes";
import type { Bbox, Hit, LonLat, Mark, View } from "./types";

export interface BaseLayer {
  readonly key: string;
  readonly url: string;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly bounds: Bbox | null;
  readonly attribution?: string;
}

export interface Drawn {
  readonly layers: readonly SceneLayer[];
  readonly levels: readonly LevelStyle[];
}

type Listener<T> = (value: T) => void;

/** Someone who listens; the answer stops it. */
export class Listeners<T> {
  private readonly held = new Set<Listener<T>>();

  add(listener: Listener<T>): () => void {
    this.held.add(listener);
    return () => this.held.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.held]) listener(value);
  }

  get any(): boolean {
    return this.held.size > 0;
  }
}

const PANES = [
  ["map-base", 200],
  ["map-tiles", 300],
  ["map-selection", 350],
  ["map-names", 400],
  ["map-sites", 420],
  ["map-sketch", 450],
  ["map-pins", 600],
] as const;
const DRAW_MS = 40;
const MAX_ZOOM = 19;
const MIN_ZOOM = 4;

export class MapCore {
  readonly container: HTMLElement;
  readonly map: L.Map;
  readonly panes: Panes;
  readonly clicks = new Listeners<LonLat>();
  readonly pointer = new Listeners<LonLat | null>();
  readonly views = new Listeners<View>();
  readonly states = new Listeners<TileState>();
  readonly themes = new Listeners<Palette>();
  /** Marks that the pages have drawn, for the legend. */
  readonly marked = new Listeners<ReadonlySet<Mark>>();
  private readonly marks = new Map<object, ReadonlySet<Mark>>();
  /** Tools that take the clicks of the map while they are on (drawing, measuring), the latest last. */
  private readonly tools = new Map<object, string>();
  palette: Palette = readPalette();
  private readonly tiles: PaintedTiles;
  private readonly names: NameLayer;
  private readonly bases = new Map<string, L.TileLayer>();
  private position: L.LayerGroup | null = null;
  private drawn: Drawn = { layers: [], levels: [] };
  private timer: ReturnType<typeof setTimeout> | null = null;
  private scene = 0;
  private told = false;
  private placed = false;
  private waiting: (() => void)[] = [];

  constructor() {
    this.container = document.createElement("div");
    this.container.className = "map-canvas";
    this.map = L.map(this.container, {
      zoomControl: false,
      attributionControl: false,
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      keyboardPanDelta: 120,
      zoomAnimation: !still(),
      fadeAnimation: !still(),
      inertia: !still(),
    });
    // Leaflet places a container that is not in the page yet; the style sheet knows better.
    this.container.style.position = "";
    this.map.setView([35, 105], MIN_ZOOM);
    for (const [name, order] of PANES) this.pane(name, order);
    this.panes = { below: this.renderer("map-selection"), above: this.renderer("map-sites") };
    this.tiles = new PaintedTiles({ pane: "map-tiles", minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM }, () => this.tellState()).addTo(this.map);
    this.names = new NameLayer((zoom) => this.tiles.names(zoom), { pane: "map-names" }).addTo(this.map);
    this.container.append(hatches());
    this.listen();
    new MutationObserver(() => this.setTheme()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  /** Shows the map in a box of the page. */
  attach(box: HTMLElement): void {
    box.prepend(this.container);
    this.resized();
  }

  /** The box has another size, or the map stands in another box. */
  resized(): void {
    this.map.invalidateSize({ animate: false, pan: false });
    if (!this.sized()) return;
    for (const run of this.waiting.splice(0)) run();
  }

  /** Runs when the map has a size; a view fitted to no size would be no view. */
  whenSized(run: () => void): void {
    if (this.sized()) run();
    else this.waiting.push(run);
  }

  view(): View {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat, zoom: this.map.getZoom() };
  }

  /** False as long as nobody has said where the map stands. */
  get isPlaced(): boolean {
    return this.placed;
  }

  setView(view: View, animate = false): void {
    this.placed = true;
    this.whenSized(() => {
      this.map.setView([view.lat, view.lon], view.zoom, { animate: animate && !still() });
    });
  }

  fit([west, south, east, north]: Bbox, options: { maxZoom?: number; animate?: boolean; padding?: number } = {}): void {
    const padding = options.padding ?? 32;
    const animate = this.placed && (options.animate ?? true) && !still();
    // At once, though a map without a size has to wait: whoever comes later with a first view for want of another is late.
    this.placed = true;
    this.whenSized(() => {
      this.map.fitBounds(L.latLngBounds([south, west], [north, east]), { maxZoom: options.maxZoom ?? 17, padding: [padding, padding], animate });
    });
  }

  bounds(): Bbox {
    const found = this.map.getBounds();
    return [found.getWest(), found.getSouth(), found.getEast(), found.getNorth()];
  }

  /** What the tiles show; changes that follow one another quickly (a slider) are drawn together. */
  draw(drawn: Drawn): void {
    this.drawn = drawn;
    this.timer ??= setTimeout(() => this.drawNow(), DRAW_MS);
  }

  private drawNow(): void {
    this.timer = null;
    const { drawn } = this;
    this.names.setInk({ palette: this.palette, font: fontOf(this.container) });
    const scene: Scene = { number: ++this.scene, ...drawn, palette: this.palette, ratio: Math.min(window.devicePixelRatio || 1, 2) };
    this.tiles.setScene(scene);
  }

  setBases(bases: readonly BaseLayer[]): void {
    for (const [key, layer] of this.bases) {
      if (bases.some((base) => base.key === key)) continue;
      layer.remove();
      this.bases.delete(key);
    }
    for (const base of bases) if (!this.bases.has(base.key)) this.bases.set(base.key, baseTiles(base).addTo(this.map));
  }

  state(): TileState {
    return this.tiles.state();
  }

  retry(): void {
    this.tiles.retry();
  }

  /** Styles of zones on the map now, `layer style`. */
  styles(): Set<string> {
    return this.tiles.styles(this.map.getZoom());
  }

  hitsAt(at: LonLat): Promise<Hit[]> {
    return this.tiles.hits(at, this.map.getZoom());
  }

  zoomBy(steps: number): void {
    this.map.setZoom(this.map.getZoom() + steps, { animate: !still() });
  }

  /** Where the reader is, with the ring the browser is sure of. */
  showPosition([lon, lat]: LonLat, accuracyM: number): void {
    this.position?.remove();
    const ring = L.circle([lat, lon], { radius: accuracyM, className: "m-accuracy", renderer: this.panes.above, interactive: false });
    const dot = L.circleMarker([lat, lon], { radius: 7, className: "m-position", renderer: this.panes.above, interactive: false });
    this.position = L.layerGroup([ring, dot]).addTo(this.map);
  }

  /** Gives the clicks of the map to a tool, or back to what had them before (null). */
  setTool(owner: object, tool: string | null): void {
    this.tools.delete(owner);
    if (tool !== null) this.tools.set(owner, tool);
    this.container.classList.toggle("tool-on", this.tools.size > 0);
    if (this.tools.size === 0) this.map.doubleClickZoom.enable();
    else this.map.doubleClickZoom.disable();
  }

  /** True when the map's clicks are this tool's: the one taken up last. */
  leads(owner: object): boolean {
    return [...this.tools.keys()].at(-1) === owner;
  }

  get hasTool(): boolean {
    return this.tools.size > 0;
  }

  /** The marks that one page's drawings bear now; none when it leaves. */
  setMarks(of: object, marks: ReadonlySet<Mark>): void {
    if (marks.size > 0) this.marks.set(of, marks);
    else this.marks.delete(of);
    this.marked.tell(this.allMarks());
  }

  allMarks(): ReadonlySet<Mark> {
    return new Set([...this.marks.values()].flatMap((marks) => [...marks]));
  }

  /** A renderer of vector shapes in a pane. */
  renderer(pane: string): L.SVG {
    return L.svg({ pane, padding: 0.3 }).addTo(this.map);
  }

  private sized(): boolean {
    const size = this.map.getSize();
    return this.container.isConnected && size.x > 0 && size.y > 0;
  }

  private pane(name: string, order: number): void {
    const pane = this.map.createPane(name);
    pane.classList.add(name);
    pane.style.zIndex = String(order);
    if (name !== "map-pins" && name !== "map-sketch") pane.style.pointerEvents = "none";
  }

  private listen(): void {
    const { map } = this;
    map.on("click", ({ latlng }) => this.click([latlng.lng, latlng.lat]));
    map.on("mousemove", ({ latlng }) => this.pointer.tell([latlng.lng, latlng.lat]));
    map.on("mouseout", () => this.pointer.tell(null));
    map.on("moveend", () => this.views.tell(this.view()));
    // Leaflet focuses the container on every press, so whether keys or a pointer lead is told by what was used last.
    this.container.addEventListener("pointerdown", () => this.container.classList.remove("by-keys"));
    this.container.addEventListener("keyup", () => this.container.classList.add("by-keys"));
    this.container.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== this.container) return;
      event.preventDefault();
      const { lng, lat } = map.getCenter();
      map.fire("click", { latlng: L.latLng(lat, lng), containerPoint: map.getSize().divideBy(2), originalEvent: event });
    });
  }

  private click(at: LonLat): void {
    if (!this.hasTool) this.clicks.tell(at);
  }

  private setTheme(): void {
    this.palette = readPalette();
    this.draw(this.drawn);
    this.themes.tell(this.palette);
  }

  /** Many tiles change at once: listeners are told once a frame. */
  private tellState(): void {
    if (this.told) return;
    this.told = true;
    requestAnimationFrame(() => {
      this.told = false;
      this.names.refresh();
      this.states.tell(this.tiles.state());
    });
  }
}

/** Pictures of the ground come after what is asked about. */
class BaseTiles extends L.TileLayer {
  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const tile = super.createTile(coords, done) as HTMLImageElement;
    tile.fetchPriority = "low";
    return tile;
  }
}

function baseTiles({ url, minZoom, maxZoom, bounds, attribution }: BaseLayer): L.TileLayer {
  return new BaseTiles(url, {
    pane: "map-base",
    minNativeZoom: minZoom,
    maxNativeZoom: maxZoom,
    maxZoom: MAX_ZOOM,
    ...(bounds ? { bounds: L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]) } : {}),
    ...(attribution ? { attribution } : {}),
  });
}

function hatches(): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "map-defs");
  svg.setAttribute("width", "0");
  svg.setAttribute("height", "0");
  svg.setAttribute("aria-hidden", "true");
  svg.append(hatchDefs(document));
  return svg;
}

function fontOf(element: HTMLElement): string {
  return (
    getComputedStyle(element.isConnected ? element : document.body)
      .getPropertyValue("--font")
      .trim() || "sans-serif"
  );
}

/** True when the reader has asked the machine for less motion. */
function still(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}

let core: MapCore | null = null;

/** The one map; made when first asked for. */
export function mapCore(): MapCore {
  core ??= new MapCore();
  return core;
}
