/** Presses, drags and keys on the map for the tools of a redraw. The map keeps what is not theirs: it pans, zooms and is reached by Tab. */
import type L from "leaflet";
import type { MapCore } from "./core";
import type { LineHand } from "./lineHand";
import type { Desk } from "./redrawDesk";
import type { VertexHand } from "./vertexHand";

const STEP_PX = 1;
const LEAP_PX = 10;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export interface Hands {
  readonly desk: Desk;
  readonly vertex: VertexHand;
  readonly line: LineHand;
  /** A click that is no tool's. */
  readonly picked: (at: L.LatLng) => void;
  /** Escape with nothing going on. */
  readonly left: () => void;
}

export class RedrawKeys {
  private readonly core: MapCore;
  private readonly hands: Hands;
  /** The press was a handle's, so the click that ends it is not the ground's. */
  private taken = false;

  constructor(core: MapCore, hands: Hands) {
    this.core = core;
    this.hands = hands;
  }

  start(): void {
    const { container, map } = this.core;
    container.addEventListener("pointerdown", this.onDown, true);
    container.addEventListener("pointermove", this.onMove);
    container.addEventListener("pointerup", this.onUp);
    container.addEventListener("pointercancel", this.onCancel);
    container.addEventListener("pointerleave", this.onLeave);
    container.addEventListener("keydown", this.onKey, true);
    map.on("click", this.onClick).on("dblclick", this.onDouble);
    map.boxZoom.disable();
  }

  stop(): void {
    const { container, map } = this.core;
    container.removeEventListener("pointerdown", this.onDown, true);
    container.removeEventListener("pointermove", this.onMove);
    container.removeEventListener("pointerup", this.onUp);
    container.removeEventListener("pointercancel", this.onCancel);
    container.removeEventListener("pointerleave", this.onLeave);
    container.removeEventListener("keydown", this.onKey, true);
    map.off("click", this.onClick).off("dblclick", this.onDouble);
    map.boxZoom.enable();
    map.dragging.enable();
  }

  private get isVertex(): boolean {
    return this.hands.line.tool === "vertex";
  }

  private place(event: PointerEvent) {
    return this.hands.desk.placeAt(this.core.map.mouseEventToLatLng(event));
  }

  private readonly onDown = (event: PointerEvent): void => {
    const { desk, vertex } = this.hands;
    this.taken = false;
    desk.touch = event.pointerType === "touch";
    if (!this.isVertex || !event.isPrimary || event.button !== 0) return;
    desk.pointer = this.place(event);
    if (!vertex.press(desk.pointer, event.shiftKey)) return;
    this.taken = true;
    this.core.map.dragging.disable();
    this.core.container.setPointerCapture(event.pointerId);
    desk.refresh();
  };

  private readonly onMove = (event: PointerEvent): void => {
    const { desk, vertex, line } = this.hands;
    if (!event.isPrimary) return;
    desk.pointer = this.place(event);
    if (this.isVertex) vertex.move(desk.pointer);
    else if (event.pointerType !== "touch") line.move(desk.pointer);
  };

  private readonly onUp = (event: PointerEvent): void => {
    if (!event.isPrimary || !this.taken) return;
    this.core.map.dragging.enable();
    this.hands.vertex.release();
  };

  private readonly onCancel = (): void => {
    this.core.map.dragging.enable();
    this.hands.vertex.drop();
  };

  private readonly onLeave = (): void => {
    const { desk, vertex } = this.hands;
    if (vertex.isDragging) return;
    desk.pointer = null;
    vertex.hover = null;
    desk.snapTo(null);
  };

  private readonly onClick = ({ latlng }: L.LeafletMouseEvent): void => {
    const { desk, vertex, line, picked } = this.hands;
    const byKeys = this.core.container.classList.contains("by-keys");
    if (this.taken && !byKeys) return;
    const at = desk.placeAt(latlng);
    if (this.isVertex) vertex.click(at, byKeys);
    else if (line.tool === "select") picked(latlng);
    else line.click(at, byKeys);
  };

  private readonly onDouble = (): void => {
    if (this.hands.line.draws) this.hands.line.finish();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.core.container || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.handled(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  private handled(event: KeyboardEvent): boolean {
    const { vertex, line } = this.hands;
    if (event.key === "Escape") return this.escape();
    if (!this.isVertex) return event.key === "Backspace" && line.stepBack();
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? LEAP_PX : STEP_PX;
      return vertex.nudgeBy(arrow[0] * step, arrow[1] * step);
    }
    if (event.key === "Enter") return vertex.settle();
    if (event.key === "Delete" || event.key === "Backspace") vertex.remove();
    else if (event.key === "[" || event.key === "]") vertex.step(event.key === "]" ? 1 : -1);
    else return false;
    return true;
  }

  private escape(): boolean {
    const { vertex, line, left } = this.hands;
    if (vertex.drop() || line.drop()) return true;
    if (vertex.held.length > 0) vertex.hold([]);
    else if (line.tool !== "select") left();
    else return false;
    return true;
  }
}
