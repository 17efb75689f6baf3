/** What has not reached the server yet, in this browser: a window that closes or a line that is dead loses no step. */
import type { Head } from "./useRedraw";
import type { Operation } from "./types";

export interface Held {
  /** Version of the draft it follows; null = none was saved yet. */
  version: number | null;
  head: Head;
  operations: Operation[];
}

const name = (id: string | null): string => `gridgov.redraw.${id ?? "new"}`;

export function read(id: string | null): Held | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(name(id)) ?? "null");
    return found && typeof found === "object" && Array.isArray((found as Held).operations) ? (found as Held) : null;
  } catch {
    return null;
  }
}

export function write(id: string | null, held: Held): void {
  try {
    sessionStorage.setItem(name(id), JSON.stringify(held));
  } catch {
    // Forbidden or full: the page asks before it is left.
  }
}

export function clear(id: string | null): void {
  try {
    sessionStorage.removeItem(name(id));
  } catch {
    // Nothing was kept.
  }
}
