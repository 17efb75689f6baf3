/** What a table shows: columns, and the pure part of sorting and filtering. */

import type { CsvValue } from "./csv";

export interface Column<R> {
  key: string;
  title: string;
  /** What is sorted, filtered and exported. */
  value: (row: R) => CsvValue;
  /** What is shown, when it is not the value; a slot `cell-KEY` shows anything else. */
  text?: (row: R) => string;
  /** Least width in px; what is left over goes to columns with `grow` (the first one when none has it). */
  width?: number;
  grow?: boolean;
  /** Numbers stand at the end. */
  align?: "start" | "end";
  sortable?: boolean;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Cell of the total row. */
  total?: (rows: readonly R[]) => string;
}

export interface Sorting {
  key: string;
  down: boolean;
}

const COLLATOR = new Intl.Collator("zh-CN", { numeric: true });

/** Rows whose shown texts contain every word, in the order asked for; equal rows keep their order, empty values stand last. */
export function arranged<R>(rows: readonly R[], columns: readonly Column<R>[], words: string, sorting: Sorting | null): R[] {
  const sought = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const kept = sought.length ? rows.filter((row) => contains(row, columns, sought)) : [...rows];
  const column = sorting && columns.find((found) => found.key === sorting.key);
  if (!column) return kept;
  const keyed = kept.map((row) => ({ row, value: column.value(row) }));
  keyed.sort((a, b) => compared(a.value, b.value, sorting.down));
  return keyed.map((entry) => entry.row);
}

function contains<R>(row: R, columns: readonly Column<R>[], sought: readonly string[]): boolean {
  const shown = columns.map((column) => `${column.text?.(row) ?? ""} ${column.value(row) ?? ""}`).join(" ").toLocaleLowerCase();
  return sought.every((word) => shown.includes(word));
}

function compared(a: CsvValue, b: CsvValue, down: boolean): number {
  const empty = (value: CsvValue): boolean => value === null || value === undefined || value === "";
  if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));
  const order = typeof a === "number" && typeof b === "number" ? a - b : COLLATOR.compare(String(a), String(b));
  return down ? -order : order;
}

/** The rows to draw: those in sight and a few around them. */
export function windowed(count: number, rowHeight: number, top: number, height: number, around = 8): { first: number; last: number } {
  const first = Math.max(Math.floor(top / rowHeight) - around, 0);
  return { first, last: Math.min(Math.ceil((top + height) / rowHeight) + around, count) };
}
