/** The grid as an open and closed tree, flattened to the rows that are shown. Pure. */
import type { Cell } from "@/api/types";

export interface Branch {
  cells: Cell[];
  /** Cursor of the next page; null = all are there. */
  next: string | null;
}

export interface TreeRow {
  cell: Cell;
  depth: number;
  open: boolean;
}

/** A key for a cell: codes of different levels may be the same. */
export function keyOf(cell: Cell): string {
  return `${cell.level}/${cell.code}`;
}

export const ROOT = "";

/** The rows shown, depth first. branches: children by their parent's key, ROOT = the top level. */
export function shownRows(branches: ReadonlyMap<string, Branch>, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  walk(ROOT, 0);
  return rows;

  function walk(parent: string, depth: number): void {
    const branch = branches.get(parent);
    branch?.cells.forEach((cell) => {
      const key = keyOf(cell);
      rows.push({ cell, depth, open: open.has(key) && cell.children > 0 });
      if (open.has(key)) walk(key, depth + 1);
    });
  }
}

/** The shown branches that have more cells than were read, and whose they are; null = the top level. */
export function goingOn(branches: ReadonlyMap<string, Branch>, rows: readonly TreeRow[]): { of: string; parent: Cell | null }[] {
  const shown = new Map<string, Cell | null>([[ROOT, null], ...rows.filter((row) => row.open).map((row): [string, Cell] => [keyOf(row.cell), row.cell])]);
  return [...branches].flatMap(([of, branch]) => (branch.next !== null && shown.has(of) ? [{ of, parent: shown.get(of) ?? null }] : []));
}

/** Where the focus goes on a key of the tree (WAI-ARIA tree pattern); null = stays. */
export function moved(rows: readonly TreeRow[], at: number, key: string): number | null {
  const row = rows[at];
  if (!row) return null;
  if (key === "ArrowDown") return Math.min(at + 1, rows.length - 1);
  if (key === "ArrowUp") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return rows.length - 1;
  if (key === "ArrowRight") return row.open && rows[at + 1] && rows[at + 1]!.depth > row.depth ? at + 1 : null;
  if (key === "ArrowLeft" && !row.open) return rows.findLastIndex((other, index) => index < at && other.depth < row.depth);
  return null;
}
