/** The map as the pages know it: what they draw and listen to leaves with them. */
import { getCurrentScope, onScopeDispose } from "vue";
import { mapCore } from "./core";
import { OverlayGroup } from "./overlays";
import type { Bbox, Fault, Geometry, Hit, LonLat, Overlap, Pin, Selection, Variant, Verdict, View } from "./types";

export type Off = () => void;

export interface MapHandle {
  /** Shows a bbox whole; waits until the map has a size. */
  fit(bbox: Bbox, options?: { maxZoom?: number; animate?: boolean; padding?: number }): void;
  /** Moves to a place, at the same zoom unless told another. */
  panTo(at: LonLat, zoom?: number): void;
  getView(): View;
  setView(view: View, animate?: boolean): void;
  bounds(): Bbox;
  /** After each move, with the view the map then shows. */
  onView(listener: (view: View) => void): Off;
  /** A click, a tap, or Enter at the cross in the middle; not while something is drawn or measured. */
  onClick(listener: (at: LonLat) => void): Off;
  /** What lies under the pointer, top layer first; at rest after each move, empty when the pointer has left. */
  onHover(listener: (hits: readonly Hit[], at: LonLat | null) => void): Off;
  /** What the tiles show at a place: zones first, then cells from the leaf upwards. */
  hitsAt(at: LonLat): Promise<Hit[]>;
  /** Fills and outlines what is chosen; null: nothing. */
  select(target: Selection | null): void;
  /** Outlines of the cells above the chosen one, nearest first. */
  parents(geometries: readonly Geometry[]): void;
  setSite(geometry: Geometry | null, verdict?: Verdict): void;
  /** Parts of the site in zones, hatched as their verdict. */
  setOverlaps(overlaps: readonly Overlap[]): void;
  setPins(pins: readonly Pin[], onPin?: (id: string) => void): void;
  /** Two variants beside one another, or alternatives: dashed, hatched as their verdict, named. */
  setCompare(...variants: readonly Variant[]): void;
  /** Rows a file was refused for, numbered in this order. */
  showFaults(faults: readonly Fault[], onFault?: (id: string) => void): void;
  setLinks(links: readonly { readonly from: LonLat; readonly to: LonLat; readonly label: string }[]): void;
  /** The drop-shaped mark of the place asked about. */
  setMark(at: LonLat | null): void;
  /** Makes the overlap, fault or pin with this id stand out. */
  highlight(id: string | null): void;
  /** Takes off all that this page has drawn. */
  clear(): void;
  /** After a panel has opened, closed or changed its width. */
  invalidateSize(): void;
}

const HOVER_MS = 80;

/** A handle of its own for each component: its drawings and listeners go when the component does. */
export function useMap(): MapHandle {
  const core = mapCore();
  const owner = {};
  const group = new OverlayGroup(core.map, core.panes, (marks) => core.setMarks(owner, marks));
  const offs = new Set<Off>();
  const keep = (off: Off): Off => {
    offs.add(off);
    return () => {
      offs.delete(off);
      off();
    };
  };
  if (getCurrentScope()) {
    onScopeDispose(() => {
      group.clear();
      offs.forEach((off) => off());
    });
  }
  return {
    fit: (bbox, options) => core.fit(bbox, options),
    panTo: ([lon, lat], zoom) => core.setView({ lon, lat, zoom: zoom ?? core.view().zoom }, true),
    getView: () => core.view(),
    setView: (view, animate) => core.setView(view, animate),
    bounds: () => core.bounds(),
    onView: (listener) => keep(core.views.add(listener)),
    onClick: (listener) => keep(core.clicks.add(listener)),
    onHover: (listener) => keep(hovering(listener)),
    hitsAt: (at) => core.hitsAt(at),
    select: (target) => group.select(target),
    parents: (geometries) => group.parents(geometries),
    setSite: (geometry, verdict) => group.setSite(geometry, verdict),
    setOverlaps: (overlaps) => group.setOverlaps(overlaps),
    setPins: (pins, onPin) => group.setPins(pins, onPin),
    setCompare: (...variants) => group.setVariants(variants),
    showFaults: (faults, onFault) => group.showFaults(faults, onFault),
    setLinks: (links) => group.setLinks(links),
    setMark: (at) => group.setMark(at),
    highlight: (id) => group.highlight(id),
    clear: () => group.clear(),
    invalidateSize: () => core.resized(),
  };
}

function hovering(listener: (hits: readonly Hit[], at: LonLat | null) => void): Off {
  const core = mapCore();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const off = core.pointer.add((at) => {
    clearTimeout(timer);
    const mine = ++asked;
    if (!at) return listener([], null);
    timer = setTimeout(async () => {
      const hits = await core.hitsAt(at);
      if (mine === asked) listener(hits, at);
    }, HOVER_MS);
  });
  return () => {
    clearTimeout(timer);
    off();
  };
}
