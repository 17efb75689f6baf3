/** Editions on one line of time: where each begins and ends, and where the day stands. */

export interface Span {
  edition: string;
  effective_from: string;
  ends: string | null;
}

export interface Bar {
  edition: string;
  /** Per cent of the line. */
  left: number;
  width: number;
  /** No end is known. */
  open: boolean;
  inForce: boolean;
}

/** What began before stands at the left end: cells are in force since 1900 where nobody knows better. */
const EARLIEST = Date.UTC(1990, 0, 1);
const DAY_MS = 86_400_000;

const at = (day: string): number => Math.max(Date.parse(`${day}T00:00:00Z`), EARLIEST);

/** Bars in per cent of the line from the first beginning to a little after whatever comes last; `day` is where the page's day stands. */
export function timeline(spans: readonly Span[], day: string): { bars: Bar[]; day: number } {
  if (!spans.length) return { bars: [], day: 0 };
  const first = Math.min(...spans.map((one) => at(one.effective_from)), at(day));
  const last = Math.max(...spans.flatMap((one) => [at(one.effective_from), ...(one.ends ? [at(one.ends)] : [])]), at(day));
  const whole = Math.max((last - first) * 1.08, 30 * DAY_MS);
  const share = (moment: number): number => ((moment - first) / whole) * 100;
  const bars = spans.map((one) => {
    const left = share(at(one.effective_from));
    const right = one.ends ? share(at(one.ends)) : 100;
    return { edition: one.edition, left, width: Math.max(right - left, 1), open: one.ends === null, inForce: holds(one, day) };
  });
  return { bars, day: share(at(day)) };
}

/** Whether it is in force on the day; `ends` is exclusive. */
export function holds(span: Span, day: string): boolean {
  return span.effective_from <= day && (span.ends === null || day < span.ends);
}

/** The box around all the boxes; null when there is none. */
export function around(boxes: readonly (readonly [number, number, number, number] | null)[]): [number, number, number, number] | null {
  const found = boxes.filter((box) => box !== null);
  if (!found.length) return null;
  return [Math.min(...found.map((box) => box[0])), Math.min(...found.map((box) => box[1])), Math.max(...found.map((box) => box[2])), Math.max(...found.map((box) => box[3]))];
}
