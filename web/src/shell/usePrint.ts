import { onScopeDispose } from "vue";
import { useShell } from "@/stores/shell";

/** Width of A4 between its margins, in CSS pixels. */
const PAPER_PX = 700;

/** Tells the print stylesheet how large the map is on the screen, so that it goes onto paper as it is. */
export function usePrint(): void {
  const shell = useShell();

  function before(): void {
    const box = shell.mapBox?.parentElement;
    if (!box) return;
    const { width, height } = box.getBoundingClientRect();
    box.style.setProperty("--print-width", `${width}px`);
    box.style.setProperty("--print-height", `${height}px`);
    box.style.setProperty("--print-scale", String(Math.min(PAPER_PX / width, 1)));
  }

  window.addEventListener("beforeprint", before);
  onScopeDispose(() => window.removeEventListener("beforeprint", before));
}
