/** Which names can stand on the map without touching one another. Pure: boxes in pixels in, boxes out. */

export interface LabelWish {
  readonly id: string;
  readonly text: string;
  /** Middle of the label, pixels. */
  readonly x: number;
  readonly y: number;
  /** Greater goes first. */
  readonly rank: number;
  readonly face: LabelFace;
}

/** How a label is written; token: of its colour. */
export interface LabelFace {
  readonly size: number;
  readonly weight: number;
  readonly spacing: number;
  readonly token: string;
}

export type PlacedLabel<W extends LabelWish = LabelWish> = W & { readonly lines: readonly string[] };

/** Height of a line above the size of its letters, pixels. */
export const LEADING_PX = 3;

/** Characters a line of a label holds: a Chinese character is one, a Latin one half. */
export const LINE_UNITS = 11;
/** The same name twice nearer than this is one too many. */
const SAME_NAME_PX = 160;

/** A name broken into lines of about equal length, at most three; what is left over ends in an ellipsis. */
export function wrap(text: string, units = LINE_UNITS): string[] {
  const characters = [...text];
  const total = characters.reduce((sum, c) => sum + unit(c), 0);
  const lines = Math.min(3, Math.ceil(total / units));
  if (lines <= 1) return [text];
  const each = Math.min(units, total / lines);
  const found: string[] = [""];
  let held = 0;
  for (const c of characters) {
    if (held + unit(c) > each + 0.5 && found.length < lines) {
      found.push("");
      held = 0;
    }
    if (held + unit(c) > units + 0.5) return [...found.slice(0, -1), `${found.at(-1)!.slice(0, -1)}…`];
    found[found.length - 1] += c;
    held += unit(c);
  }
  return found;
}

function unit(character: string): number {
  return character.codePointAt(0)! < 0x2e80 ? 0.5 : 1;
}

/** The wishes that can be granted, best rank first; ties by id, so that panning never makes names flicker. */
export function place<W extends LabelWish>(wishes: readonly W[], gap = 3): PlacedLabel<W>[] {
  const taken = new BoxGrid(64);
  const told = new Map<string, { x: number; y: number }[]>();
  const placed: PlacedLabel<W>[] = [];
  for (const wish of [...wishes].sort((a, b) => b.rank - a.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    const key = `${wish.rank} ${wish.text}`;
    if (told.get(key)?.some((at) => Math.hypot(at.x - wish.x, at.y - wish.y) < SAME_NAME_PX)) continue;
    const lines = wrap(wish.text);
    const [width, height] = sizeOf(lines, wish.face);
    const box: Box = [wish.x - width / 2 - gap, wish.y - height / 2 - gap, wish.x + width / 2 + gap, wish.y + height / 2 + gap];
    if (!taken.add(box)) continue;
    placed.push({ ...wish, lines });
    told.set(key, [...(told.get(key) ?? []), wish]);
  }
  return placed;
}

/** Width and height of lines as they will be written: a Chinese character is as wide as its size, a Latin one a little over half. */
export function sizeOf(lines: readonly string[], { size, spacing }: LabelFace): [width: number, height: number] {
  const widths = lines.map((text) => [...text].reduce((sum, c) => sum + (unit(c) === 1 ? size : size * 0.58) + spacing, 0));
  return [Math.max(...widths), lines.length * (size + LEADING_PX)];
}

type Box = [number, number, number, number];

/** Boxes by the squares they touch. */
class BoxGrid {
  private readonly squares = new Map<string, Box[]>();
  private readonly side: number;
  constructor(side: number) {
    this.side = side;
  }

  /** Takes the box when it touches none taken before. */
  add(box: Box): boolean {
    const keys = this.keys(box);
    if (keys.some((key) => this.squares.get(key)?.some((other) => touch(box, other)))) return false;
    for (const key of keys) this.squares.set(key, [...(this.squares.get(key) ?? []), box]);
    return true;
  }

  private keys([left, top, right, bottom]: Box): string[] {
    const keys: string[] = [];
    for (let x = Math.floor(left / this.side); x <= Math.floor(right / this.side); x++)
      for (let y = Math.floor(top / this.side); y <= Math.floor(bottom / this.side); y++) keys.push(`${x} ${y}`);
    return keys;
  }
}

function touch(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
