/** The tools that draw or choose: a new boundary, a cut, ground to hand over with its receiver, cells to put together. */
import type { Line, Net, Place } from "./arcs";
import type { Desk, Gesture } from "./redrawDesk";
import { pairOfLine, replaced, reshapeOperation, splitOperation, transferOperation, type Deltas } from "./redrawEdit";
import { cellAt, pixelsBetween } from "./redrawHits";
import type { DrawnOperation, RedrawRefusal, RedrawTool } from "./redrawTypes";

const SAME_PX = 3;
const CLOSE_PX = 12;

export interface LineHandState {
  /** Places drawn. */
  readonly places: number;
  /** The area is closed; the receiver is asked for. */
  readonly asksReceiver: boolean;
  /** Codes chosen to be put together. */
  readonly chosen: readonly string[];
}

export class LineHand {
  tool: RedrawTool = "select";
  line: Place[] = [];
  next: Place | null = null;
  /** Ground drawn, waiting for the cell that receives it. */
  area: Line | null = null;
  readonly chosen = new Set<string>();
  private readonly desk: Desk;
  private readonly told: (state: LineHandState) => void;
  private readonly names: (name: string) => readonly [string, string];

  /** names: proposals for the two parts of a cell that is cut. */
  constructor(desk: Desk, told: (state: LineHandState) => void, names: (name: string) => readonly [string, string]) {
    this.desk = desk;
    this.told = told;
    this.names = names;
  }

  begin(tool: RedrawTool): void {
    this.tool = tool;
    this.drop();
  }

  get draws(): boolean {
    return this.tool === "reshape" || this.tool === "split" || (this.tool === "transfer" && this.area === null);
  }

  click(at: Place, byKeys: boolean): void {
    if (this.desk.busy) return;
    if (this.tool === "merge") return this.choose(cellAt(this.desk.net, at));
    if (this.area) return this.receive(cellAt(this.desk.net, at));
    if (!this.draws) return;
    const { place } = this.desk.caughtByGrid(at);
    const [first, last] = [this.line[0], this.line.at(-1)];
    const reach = this.desk.reach();
    if (last && pixelsBetween(last, place, reach) < SAME_PX) return byKeys ? this.finish() : undefined;
    if (this.tool === "transfer" && first && this.line.length > 2 && pixelsBetween(first, place, reach) < CLOSE_PX) return this.finish();
    this.line.push(place);
    this.next = null;
    this.desk.say(null);
    this.tell();
  }

  move(at: Place): void {
    if (!this.draws || this.desk.busy) return;
    const caught = this.desk.caughtByGrid(at);
    this.next = this.line.length > 0 ? caught.place : null;
    this.desk.snapTo(caught);
    if (this.tool === "reshape" && this.next) this.preview([...this.line, this.next]);
  }

  /** How much ground would pass, as soon as both ends lie on one boundary. */
  private preview(line: Line): void {
    const reach = this.desk.reach();
    const between = line.length > 1 ? pairOfLine(this.desk.net, line, reach) : null;
    const found = between ? replaced(this.desk.net, between, line, reach) : null;
    const gesture: Gesture | null = found ? { arcs: new Map(), rings: [found.ring], bad: false } : null;
    this.desk.show(gesture, found && between ? new Map([[between[0], found.gained], [between[1], -found.gained]]) : null);
  }

  private choose(code: string | null): void {
    if (code === null || !this.isAsked(this.desk.net, code)) return this.desk.say("outside");
    this.desk.say(null);
    if (!this.chosen.delete(code)) this.chosen.add(code);
    this.tell();
  }

  /** Puts cells in the choice, or takes them out: the same as a click, for a list beside the map. */
  toggle(code: string): void {
    if (this.tool === "merge") this.choose(code);
  }

  private isAsked(net: Net, code: string): boolean {
    return net.cells.get(code)?.asked === true;
  }

  /** The ground drawn goes to a cell. */
  receive(code: string | null): void {
    if (!this.area) return;
    if (code === null) return this.desk.say("outside");
    this.ask(transferOperation(this.area, code));
  }

  /** Ends what is drawn or chosen, when it means something. */
  finish(): void {
    if (this.desk.busy) return;
    const { net } = this.desk;
    if (this.tool === "reshape") this.ask(reshapeOperation(net, this.line, this.desk.reach()));
    else if (this.tool === "split") this.ask(splitOperation(net, this.line, this.names));
    else if (this.tool === "merge") this.ask(this.merged());
    else if (this.tool === "transfer" && !this.area) this.close();
  }

  private merged(): DrawnOperation | RedrawRefusal {
    const cells = [...this.chosen];
    return cells.length < 2 ? "few" : { op: "merge", cells, name: this.desk.net.cells.get(cells[0]!)?.name ?? cells[0]! };
  }

  private close(): void {
    if (this.line.length < 3) return this.desk.say("short");
    this.area = this.line;
    this.line = [];
    this.next = null;
    this.desk.snapTo(null);
    this.showArea();
    this.tell();
  }

  private showArea(): void {
    if (this.area) this.desk.show({ arcs: new Map(), rings: [this.area], bad: false }, null);
  }

  private ask(operation: DrawnOperation | RedrawRefusal): void {
    if (typeof operation === "string") return this.desk.say(operation);
    void this.desk.ask([operation]).then(() => this.drop());
  }

  /** Takes the last place away; false when there is none. */
  stepBack(): boolean {
    if (this.area) {
      this.line = [...this.area];
      this.area = null;
    } else if (!this.line.pop()) return false;
    this.desk.show(null, null);
    this.tell();
    return true;
  }

  /** What is drawn or chosen goes; true when there was something. */
  drop(): boolean {
    const had = this.line.length > 0 || this.area !== null || this.chosen.size > 0;
    this.line = [];
    this.next = null;
    this.area = null;
    this.chosen.clear();
    this.desk.show(null, null);
    this.desk.snapTo(null);
    this.tell();
    return had;
  }

  /** The grid has been told anew: cells that are no more are no longer chosen. */
  renewed(): void {
    for (const code of [...this.chosen]) if (!this.isAsked(this.desk.net, code)) this.chosen.delete(code);
    this.showArea();
    this.tell();
  }

  private tell(): void {
    this.told({ places: this.line.length, asksReceiver: this.area !== null, chosen: [...this.chosen] });
    this.desk.refresh();
  }

  /** Closes on itself: for the painter. */
  get isClosed(): boolean {
    return this.tool === "transfer";
  }
}
