import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";

/** Where the one map stands, whether the server answers, and what has just been said. */
export const useShell = defineStore("shell", () => {
  /** The box of the page that shows the map; null = no page does. */
  const mapBox = shallowRef<HTMLElement | null>(null);
  const offline = ref(false);
  const helpOpen = ref(false);
  const notices = ref<Notice[]>([]);
  let count = 0;

  function claimMap(box: HTMLElement): void {
    mapBox.value = box;
  }

  function releaseMap(box: HTMLElement): void {
    if (mapBox.value === box) mapBox.value = null;
  }

  /** Shows a sentence at the foot of the page; it leaves by itself, unless it says what went wrong. */
  function say(text: string, options: { kind?: Notice["kind"]; action?: Notice["action"] } = {}): void {
    const notice: Notice = { id: (count += 1), text, kind: options.kind ?? "done", action: options.action };
    notices.value = [...notices.value.slice(-2), notice];
    if (notice.kind !== "failed") setTimeout(() => dismiss(notice.id), notice.action ? 10_000 : 5_000);
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  return { mapBox, offline, helpOpen, notices, claimMap, releaseMap, say, dismiss };
});

export interface Notice {
  id: number;
  text: string;
  kind: "done" | "note" | "failed";
  action?: { label: string; run: () => void };
}
