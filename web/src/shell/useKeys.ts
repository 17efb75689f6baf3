import { onScopeDispose } from "vue";
import { useRouter } from "vue-router";
import { useShell } from "@/stores/shell";
import { useRail } from "./useRail";

const SECOND_KEY_WITHIN_MS = 1500;

/** `/` search, `g` + letter to a page, `?` the list of shortcuts; not while somebody types. */
export function useKeys(): void {
  const router = useRouter();
  const entries = useRail();
  const shell = useShell();
  let armedUntil = 0;

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const armed = performance.now() < armedUntil;
    armedUntil = 0;
    const page = armed ? entries.value.find((entry) => entry.key === event.key.toLowerCase()) : undefined;
    if (page) void router.push(page.path);
    else if (event.key === "g") armedUntil = performance.now() + SECOND_KEY_WITHIN_MS;
    else if (event.key === "/") openSearch();
    else if (event.key === "?") shell.helpOpen = true;
    else return;
    event.preventDefault();
  }

  window.addEventListener("keydown", onKey);
  onScopeDispose(() => window.removeEventListener("keydown", onKey));
}

function openSearch(): void {
  window.dispatchEvent(new CustomEvent("gridgov:search"));
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName) || target.closest("dialog[open]") !== null;
}
