/** What the page of an inspector's own cells says of them. Pure. */
import type { Box } from "@/api/types";
import type { Duty, MyCell, OtherCell, Post } from "./types";

const DAY_MS = 86_400_000;

/** Whether somebody answers for a cell only in another's place. */
export function isStandIn(cell: MyCell): boolean {
  return cell.own.length > 0 && cell.own.every((post) => post.stand_in);
}

/** Own cells first, then those stood in for; within each by code, so that the order never jumps. */
export function ordered(cells: readonly MyCell[]): MyCell[] {
  return [...cells].sort((a, b) => Number(isStandIn(a)) - Number(isStandIn(b)) || (a.code < b.code ? -1 : 1));
}

/** Days until a post ends, counted from `on`; null = until further notice. `to` is the first day it no longer holds. */
export function daysLeft(post: Post, on: string): number | null {
  return post.to === null ? null : Math.round((Date.parse(post.to) - Date.parse(on)) / DAY_MS);
}

/** The post that ends first, when one ends within `days`. */
export function endingSoon(cell: MyCell, on: string, days = 30): { post: Post; left: number } | null {
  const ending = cell.own.flatMap((post) => {
    const left = daysLeft(post, on);
    return left !== null && left <= days ? [{ post, left }] : [];
  });
  return ending.sort((a, b) => a.left - b.left)[0] ?? null;
}

/** Duties under the document they stand in, in the order given. */
export function dutiesByDocument(duties: readonly Duty[]): { key: string; role: string; line: string; citation: Duty["citation"]; texts: string[] }[] {
  const found = new Map<string, { key: string; role: string; line: string; citation: Duty["citation"]; texts: string[] }>();
  for (const duty of duties) {
    const key = JSON.stringify([duty.role, duty.line, duty.citation.instrument, duty.citation.article]);
    const group = found.get(key) ?? { key, role: duty.role, line: duty.line, citation: duty.citation, texts: [] };
    group.texts.push(duty.text);
    found.set(key, group);
  }
  return [...found.values()];
}

/** The box that holds all cells; null when there are none. */
export function boxOf(cells: readonly MyCell[]): Box | null {
  if (cells.length === 0) return null;
  const boxes = cells.map((cell) => cell.bbox);
  return [Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1])), Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3]))];
}

/** What every one of several cells lacks: said once above them instead of in each. */
export function lackedByAll(cells: readonly MyCell[]): string[] {
  const [first, ...others] = cells;
  return first && others.length ? first.missing.filter((lack) => others.every((cell) => cell.missing.includes(lack))) : [];
}

/** A cell's neighbours that nobody answers for come first: there a report has to go further up. */
export function vacantFirst(cells: readonly OtherCell[]): OtherCell[] {
  return [...cells].sort((a, b) => Number(a.responsible.length > 0) - Number(b.responsible.length > 0));
}
