/** The steps of a draft with what was undone, and the steps that a drawn shape makes. Pure. */
import type { Operation } from "./types";

export interface Steps {
  done: readonly Operation[];
  /** Lists that undoing goes back to, the last one nearest. */
  past: readonly (readonly Operation[])[];
  /** Lists that redoing goes on to, the first one nearest. */
  future: readonly (readonly Operation[])[];
}

export const begun = (done: readonly Operation[] = []): Steps => ({ done, past: done.map((_, index) => done.slice(0, index)), future: [] });
export const changed = (steps: Steps, done: readonly Operation[]): Steps => ({ done, past: [...steps.past, steps.done], future: [] });
export const added = (steps: Steps, one: Operation): Steps => changed(steps, [...steps.done, one]);
export const dropped = (steps: Steps, index: number): Steps => changed(steps, steps.done.filter((_, at) => at !== index));
/** The same steps in the server's words: codes filled in. What was undone stays to be redone. */
export const filledIn = (steps: Steps, done: readonly Operation[]): Steps => ({ ...steps, done });

export function undone(steps: Steps): Steps {
  const before = steps.past.at(-1);
  return before ? { done: before, past: steps.past.slice(0, -1), future: [steps.done, ...steps.future] } : steps;
}

export function redone(steps: Steps): Steps {
  const next = steps.future[0];
  return next ? { done: next, past: [...steps.past, steps.done], future: steps.future.slice(1) } : steps;
}

/** A step the server refused is taken back as if it had never been made: there is nothing of it to redo. */
export function takenBack(steps: Steps, saved: readonly Operation[]): Steps {
  return { done: saved, past: steps.past.at(-1) === saved ? steps.past.slice(0, -1) : steps.past.filter((list) => list !== saved), future: [] };
}

/** The step that a fault of the server points at; null = not at a step. */
export function stepOf(pointer: string): number | null {
  const found = /^\/operations\/(\d+)(\/|$)/.exec(pointer);
  return found ? Number(found[1]) : null;
}

/** Codes that the steps name, in their order. */
export function namedCodes(one: Operation): string[] {
  switch (one.op) {
    case "reshape":
      return [...one.between];
    case "merge":
      return [...one.cells];
    case "split":
    case "rename":
      return [one.cell];
    case "reparent":
      return [one.cell, one.parent];
    case "transfer":
      return [one.to];
    default:
      return [];
  }
}
