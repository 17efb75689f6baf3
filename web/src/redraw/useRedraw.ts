import { computed, onScopeDispose, reactive, ref, shallowRef } from "vue";
import { get, isAbort, NetworkDown, post, Problem, put } from "@/api/client";
import type { LonLat } from "@/api/types";
import * as kept from "./kept";
import { added, begun, changed, dropped, filledIn, redone, stepOf, takenBack, undone, type Steps } from "./steps";
import type { Difference, Operation, RedrawDocument } from "./types";

export type SaveState = "new" | "saved" | "saving" | "unsaved" | "offline" | "refused" | "stale" | "overtaken" | "failed";

export interface Refusal {
  /** The step that cannot be carried out, counted from 1; null = something else of the draft. */
  step: number | null;
  pointer: string;
  detail: string;
  at: LonLat | null;
}

export interface Head {
  effective_from: string;
  reason: string;
  document: string;
}

const AGAIN_MS = 5_000;
const HEAD_MS = 800;

/** One redraw as it is worked on: the server's document, the steps with undo and redo, and saving after each of them. `created` learns the number of a new one. */
export function useRedraw(start: { id: string | null; scheme: () => string | undefined; day: string; created: (id: string) => void }) {
  const id = ref(start.id);
  const document = shallowRef<RedrawDocument | null>(null);
  const difference = shallowRef<Difference | null>(null);
  const head = reactive<Head>({ effective_from: start.day, reason: "", document: "" });
  const steps = shallowRef<Steps>(begun());
  const state = ref<SaveState>("new");
  const failure = shallowRef<unknown>(null);
  const loading = ref(false);
  const refusals = shallowRef<Refusal[]>([]);
  const staleCells = shallowRef<string[]>([]);
  /** Version of a save that came first, of somebody else or another window. */
  const overtakenBy = ref(0);
  let saved: readonly Operation[] = [];
  let dirty = false;
  let rebasing = false;
  let running: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;

  const unsaved = computed(() => !["saved", "new"].includes(state.value));
  const canUndo = computed(() => steps.value.past.length > 0);
  const canRedo = computed(() => steps.value.future.length > 0);

  const online = (): void => void (state.value === "offline" && schedule(0));
  addEventListener("online", online);
  onScopeDispose(() => {
    gone = true;
    clearTimeout(timer);
    removeEventListener("online", online);
  });

  async function load(): Promise<void> {
    if (id.value === null) return restore(null);
    loading.value = true;
    failure.value = null;
    try {
      take(await get<RedrawDocument>(`/redraws/${encodeURIComponent(id.value)}`), true);
      state.value = document.value?.conflict ? "stale" : "saved";
      staleCells.value = document.value?.conflict?.cells ?? [];
      restore(document.value);
    } catch (error) {
      if (!isAbort(error)) failure.value = error;
    } finally {
      loading.value = false;
    }
  }

  /** Takes up what a window that was closed, or a dead line, had not saved. */
  function restore(found: RedrawDocument | null): void {
    const held = kept.read(id.value);
    if (!held || (found && (held.version !== found.version || found.status !== "draft"))) return kept.clear(id.value);
    Object.assign(head, held.head);
    steps.value = changed(steps.value, held.operations);
    schedule(0);
  }

  function take(found: RedrawDocument, begin: boolean): void {
    document.value = found;
    saved = found.operations;
    if (begin) {
      steps.value = begun(found.operations);
      Object.assign(head, { effective_from: found.effective_from, reason: found.reason, document: found.document });
    }
    void loadDifference();
  }

  async function loadDifference(): Promise<void> {
    const now = document.value;
    if (!now || (now.operations.length === 0 && !now.change)) return void (difference.value = null);
    try {
      const found = await get<Difference>(`/redraws/${encodeURIComponent(now.id)}/difference.geojson`);
      if (document.value === now) difference.value = found;
    } catch (error) {
      // The figures stand in the panel; the ground is drawn with the next step.
      if (!(error instanceof Problem) && !(error instanceof NetworkDown) && !isAbort(error)) throw error;
    }
  }

  /** Steps or words were changed: they are kept at once in this browser, and sent. */
  function touch(wait: number): void {
    refusals.value = [];
    kept.write(id.value, { version: document.value?.version ?? null, head: { ...head }, operations: [...steps.value.done] });
    if (state.value === "stale" && !rebasing) return;
    schedule(wait);
  }

  function schedule(wait: number): void {
    dirty = true;
    if (state.value !== "offline" || wait === 0) state.value = "unsaved";
    clearTimeout(timer);
    timer = setTimeout(() => void save(), wait);
  }

  function set(next: Steps): void {
    steps.value = next;
    touch(0);
  }

  /** Sends what there is; one request at a time, the last state wins. */
  function save(): Promise<void> {
    clearTimeout(timer);
    running ??= sendAll().finally(() => (running = null));
    return running;
  }

  async function sendAll(): Promise<void> {
    while (dirty && !gone) {
      dirty = false;
      state.value = "saving";
      const sent = steps.value.done;
      try {
        const answer = await send(sent);
        const isNew = id.value === null;
        if (isNew) kept.clear(null);
        id.value = answer.id;
        take(answer, false);
        if (steps.value.done === sent) steps.value = filledIn(steps.value, answer.operations);
        if (isNew) start.created(answer.id);
        rebasing = false;
        state.value = "saved";
        if (!dirty) kept.clear(id.value);
      } catch (error) {
        failed(error, sent);
        return;
      }
    }
  }

  function send(operations: readonly Operation[]): Promise<RedrawDocument> {
    const now = document.value;
    const body = { effective_from: head.effective_from, reason: head.reason, document: head.document, operations, successors: now?.successors ?? {} };
    if (id.value === null || !now) return post<RedrawDocument>("/redraws", { scheme: start.scheme(), base_revision: null, ...body });
    return put<RedrawDocument>(`/redraws/${encodeURIComponent(id.value)}`, { ...body, base_revision: rebasing ? null : now.base_revision, version: now.version });
  }

  function failed(error: unknown, sent: readonly Operation[]): void {
    if (isAbort(error)) return;
    if (error instanceof NetworkDown || (error instanceof Problem && error.status === 503)) {
      state.value = "offline";
      dirty = true;
      timer = setTimeout(() => void save(), AGAIN_MS);
    } else if (error instanceof Problem && error.slug === "stale-plan") {
      state.value = "stale";
      staleCells.value = (error.members["cells"] as string[] | undefined) ?? [];
    } else if (error instanceof Problem && error.status === 409 && typeof error.members["version"] === "number") {
      state.value = "overtaken";
      overtakenBy.value = error.members["version"];
    } else if (error instanceof Problem && error.status === 422) refuse(error, sent);
    else {
      state.value = "failed";
      failure.value = error;
    }
  }

  function refuse(error: Problem, sent: readonly Operation[]): void {
    const faults = error.errors as { pointer: string; detail: string; at?: LonLat }[];
    const found = (faults.length ? faults : [{ pointer: "", detail: error.detail }]).map((fault): Refusal => {
      const step = stepOf(fault.pointer);
      return { step: step === null ? null : step + 1, pointer: fault.pointer, detail: fault.detail || error.detail, at: ("at" in fault && fault.at) || null };
    });
    refusals.value = found.length === 1 && found[0] ? [{ ...found[0], detail: error.detail || found[0].detail }] : found;
    // What cannot be carried out is taken back; a day or a text that is refused stays to be mended.
    if (found.some(({ step }) => step !== null) && sent !== saved) {
      steps.value = takenBack(steps.value, saved);
      kept.clear(id.value);
      state.value = document.value ? "saved" : "new";
    } else state.value = "refused";
  }

  return {
    id,
    document,
    difference,
    head,
    steps,
    state,
    failure,
    loading,
    refusals,
    staleCells,
    overtakenBy,
    unsaved,
    canUndo,
    canRedo,
    load,
    save,
    add: (one: Operation) => set(added(steps.value, one)),
    addAll: (list: readonly Operation[]) => set(changed(steps.value, [...steps.value.done, ...list])),
    drop: (index: number) => set(dropped(steps.value, index)),
    undo: () => canUndo.value && set(undone(steps.value)),
    redo: () => canRedo.value && set(redone(steps.value)),
    said: () => touch(HEAD_MS),
    again: () => schedule(0),
    dismiss: () => void (refusals.value = []),
    /** Carries the steps out anew on the grid as it stands now. */
    rebase(): void {
      rebasing = true;
      schedule(0);
    },
    /** Mine goes over the save that came first. */
    insist(): void {
      if (document.value) document.value = { ...document.value, version: overtakenBy.value };
      schedule(0);
    },
    async giveWay(): Promise<void> {
      kept.clear(id.value);
      await load();
    },
    async act(action: "submit" | "approve" | "reject" | "withdraw", note: string): Promise<void> {
      if (dirty || running) await save();
      take(await post<RedrawDocument>(`/redraws/${encodeURIComponent(id.value ?? "")}/${action}`, { note: note.trim() || null }), true);
      kept.clear(id.value);
      state.value = "saved";
    },
  };
}

export type RedrawHandle = ReturnType<typeof useRedraw>;
