/**
 * What a page draws over the map: selection, sites, hatched overlaps, pins, faults. A group belongs to the page that made it and leaves
 * with it. Looks come from classes of the style sheet, so that themes and print need no code.
 */
import L from "leaflet";
import type { GeoJsonObject } from "geojson";
import { box, markIcon } from "./dom";
import { hatchId } from "./hatch";
import type { Fault, Geometry, LonLat, Mark, Overlap, Pin, Selection, Variant, Verdict } from "./types";

export interface Panes {
  readonly below: L.SVG;
  readonly above: L.SVG;
}

type Part = "selection" | "parents" | "site" | "overlaps" | "variants" | "pins" | "faults" | "mark" | "links";

export class OverlayGroup {
  private readonly parts = new Map<Part, L.LayerGroup>();
  private readonly byId = new Map<string, L.Path[]>();
  private standing: string | null = null;
  private readonly marks = new Map<Part, ReadonlySet<Mark>>();
  private readonly map: L.Map;
  private readonly panes: Panes;
  private readonly marked: (marks: ReadonlySet<Mark>) => void;

  /** marked: told which marks the group bears, each time they change. */
  constructor(map: L.Map, panes: Panes, marked: (marks: ReadonlySet<Mark>) => void = () => undefined) {
    this.map = map;
    this.panes = panes;
    this.marked = marked;
  }

  /** Takes everything of this group off the map. */
  clear(): void {
    for (const part of [...this.parts.keys()]) this.part(part);
    this.byId.clear();
    this.marks.clear();
    this.marked(new Set());
  }

  select(target: Selection | null): void {
    const group = this.part("selection");
    if (!target?.geometry) return;
    this.shape(group, target.geometry, "m-selected-case", this.panes.below);
    this.shape(group, target.geometry, "m-selected", this.panes.below);
  }

  parents(geometries: readonly Geometry[]): void {
    const group = this.part("parents");
    geometries.forEach((geometry, index) => this.shape(group, geometry, `m-parent m-parent-${Math.min(index, 2)}`, this.panes.below));
  }

  setSite(geometry: Geometry | null, verdict?: Verdict): void {
    const group = this.part("site");
    if (!geometry) return;
    this.shape(group, geometry, "m-site-case", this.panes.above);
    this.shape(group, geometry, `m-site${verdict ? ` m-site-${verdict}` : ""}`, this.panes.above);
  }

  setOverlaps(overlaps: readonly Overlap[]): void {
    const group = this.part("overlaps");
    this.mark(
      "overlaps",
      overlaps.map(({ verdict }) => verdict),
    );
    overlaps.forEach((overlap) => {
      this.hatched(group, overlap.geometry, overlap.verdict, { id: overlap.id });
      if (overlap.label) this.tag(group, middle(overlap.geometry), overlap.label, overlap.verdict);
    });
  }

  setVariants(variants: readonly Variant[]): void {
    const group = this.part("variants");
    this.mark(
      "variants",
      variants.flatMap(({ verdict }) => (verdict ? [verdict] : [])),
    );
    variants.forEach(({ geometry, verdict, label }) => {
      if (verdict) this.hatched(group, geometry, verdict, { bare: true });
      this.shape(group, geometry, `m-variant${verdict ? ` m-variant-${verdict}` : ""}`, this.panes.above);
      this.tag(group, middle(geometry), label, verdict);
    });
  }

  setPins(pins: readonly Pin[], onPin?: (id: string) => void): void {
    const group = this.part("pins");
    for (const pin of pins) group.addLayer(this.pin(pin, onPin));
  }

  showFaults(faults: readonly Fault[], onFault?: (id: string) => void): void {
    const group = this.part("faults");
    this.mark("faults", faults.length ? ["fault"] : []);
    faults.forEach(({ id, geometry, title }, index) => {
      this.hatched(group, geometry, "fault", { id });
      group.addLayer(this.pin({ id, at: middle(geometry), text: String(index + 1), title, mark: "fault" }, onFault));
    });
  }

  /** A dotted line between two places with a word on it: a distance to a red line. */
  setLinks(links: readonly { readonly from: LonLat; readonly to: LonLat; readonly label: string }[]): void {
    const group = this.part("links");
    for (const { from, to, label } of links) {
      this.shape(group, { type: "LineString", coordinates: [[...from], [...to]] }, "m-link", this.panes.above);
      this.tag(group, [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], label);
    }
  }

  setMark(at: LonLat | null): void {
    const group = this.part("mark");
    if (at) group.addLayer(L.marker([at[1], at[0]], { icon: dropIcon(), interactive: false, keyboard: false, pane: "map-pins" }));
  }

  /** Makes one overlap, fault or pin stand out; null: none. */
  highlight(id: string | null): void {
    this.standing = id;
    for (const [key, paths] of this.byId) for (const path of paths) path.getElement()?.classList.toggle("m-highlight", key === id);
    this.map
      .getPane("map-pins")
      ?.querySelectorAll<HTMLElement>("[data-pin]")
      .forEach((pin) => pin.classList.toggle("m-highlight", pin.dataset["pin"] === id));
  }

  /** An empty group for a part, in place of what was there. */
  private part(name: Part): L.LayerGroup {
    this.parts.get(name)?.remove();
    for (const [id, paths] of this.byId) this.byId.set(id, paths.filter((path) => this.map.hasLayer(path)));
    const group = L.layerGroup().addTo(this.map);
    this.parts.set(name, group);
    return group;
  }

  private mark(part: Part, marks: readonly Mark[]): void {
    this.marks.set(part, new Set(marks));
    this.marked(new Set([...this.marks.values()].flatMap((found) => [...found])));
  }

  /** bare: without a border, which something else draws. */
  private hatched(group: L.LayerGroup, geometry: Geometry, mark: Mark, { id, bare = false }: { id?: string | undefined; bare?: boolean } = {}): void {
    this.shape(group, geometry, `m-tint-${mark}`, this.panes.above);
    const drawn = this.shape(group, geometry, bare ? "m-hatch-bare" : `m-hatch m-hatch-${mark}`, this.panes.above, `url(#${hatchId(mark)})`);
    if (id) this.remember(id, drawn);
  }

  private shape(group: L.LayerGroup, geometry: Geometry, className: string, renderer: L.Renderer, fill?: string): L.GeoJSON {
    // The class says how it looks; only a pattern must be an attribute, since a style sheet would look for it in itself.
    const style = { className, renderer, interactive: false, ...(fill ? { fillColor: fill, fillOpacity: 1 } : {}) };
    const layer = L.geoJSON(geometry as GeoJsonObject, {
      style: () => style,
      pointToLayer: (_, at) => L.circleMarker(at, { ...style, radius: 6 }),
    });
    group.addLayer(layer);
    return layer;
  }

  private remember(id: string, drawn: L.GeoJSON): void {
    const keep = (layer: L.Layer): void => {
      if (layer instanceof L.LayerGroup) return void layer.eachLayer(keep);
      const path = layer as L.Path;
      this.byId.set(id, [...(this.byId.get(id) ?? []), path]);
      // Drawn before the map has a view, it has no element yet.
      path.on("add", () => path.getElement()?.classList.toggle("m-highlight", this.standing === id));
    };
    drawn.eachLayer(keep);
  }

  private tag(group: L.LayerGroup, at: LonLat, text: string, mark?: Mark): void {
    const sign = mark ? markIcon(mark) : null;
    const words = document.createElement("span");
    words.textContent = text;
    const html = box(`m-tag${mark ? ` m-tag-${mark}` : ""}`, ...(sign ? [sign, words] : [words]));
    group.addLayer(
      L.marker([at[1], at[0]], { icon: L.divIcon({ className: "m-anchor", html, iconSize: [0, 0] }), interactive: false, keyboard: false, pane: "map-pins" }),
    );
  }

  private pin(pin: Pin, onPin?: (id: string) => void): L.Marker {
    const html = box(`m-pin m-pin-${pin.mark ?? "plain"}`, pin.text ?? "");
    html.dataset["pin"] = pin.id;
    const icon = L.divIcon({ className: "m-anchor", html, iconSize: [0, 0] });
    const marker = L.marker([pin.at[1], pin.at[0]], { icon, alt: pin.title, title: pin.title, keyboard: Boolean(onPin), interactive: Boolean(onPin), pane: "map-pins" });
    if (onPin) marker.on("click", () => onPin(pin.id));
    return marker;
  }
}

function dropIcon(): L.DivIcon {
  const SVG = "http://www.w3.org/2000/svg";
  const drop = document.createElementNS(SVG, "svg");
  drop.setAttribute("class", "m-drop");
  drop.setAttribute("viewBox", "0 0 24 32");
  drop.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M12 31C5.500 22.500 2 17.200 2 12a10 10 0 0 1 20 0c0 5.200-3.500 10.500-10 19z");
  const eye = document.createElementNS(SVG, "circle");
  for (const [name, value] of Object.entries({ cx: "12", cy: "12", r: "4" })) eye.setAttribute(name, value);
  drop.append(path, eye);
  return L.divIcon({ className: "m-anchor", html: box("m-drop-box", drop), iconSize: [0, 0] });
}

/** A place to put a word on a geometry: the middle of the box of its largest part. */
export function middle(geometry: Geometry): LonLat {
  if (geometry.type === "Point") return [geometry.coordinates[0]!, geometry.coordinates[1]!];
  const bounds = largest(geometry).getBounds();
  const centre = bounds.getCenter();
  return [centre.lng, centre.lat];
}

function largest(geometry: Geometry): L.GeoJSON {
  if (geometry.type !== "MultiPolygon") return L.geoJSON(geometry as GeoJsonObject);
  const parts = geometry.coordinates.map((coordinates) => L.geoJSON({ type: "Polygon", coordinates } as GeoJsonObject));
  const size = (part: L.GeoJSON): number => {
    const bounds = part.getBounds();
    return (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
  };
  return parts.reduce((best, part) => (size(part) > size(best) ? part : best));
}
