import { defineStore } from "pinia";
import { ref, watch } from "vue";
import { get, isAbort, NetworkDown, Problem } from "@/api/client";
import type { Page } from "@/api/types";
import { useSession } from "@/stores/session";
import type { RedrawItem } from "./types";

const MOST = 100;

/** How many redraws wait for a decision that the one signed in may take. */
export const useWaiting = defineStore("redraw-waiting", () => {
  const session = useSession();
  const count = ref(0);

  async function load(): Promise<void> {
    if (!session.may("admin", "supervisor")) return void (count.value = 0);
    try {
      const page = await get<Page<RedrawItem>>("/redraws", { status: "submitted", limit: MOST }, { askToSignIn: false });
      count.value = page.items.filter((one) => !isOwn(one.drafted_by, session.account?.username)).length;
    } catch (error) {
      // A count beside a name: the list says what is wrong.
      if (!(error instanceof Problem) && !(error instanceof NetworkDown) && !isAbort(error)) throw error;
      count.value = 0;
    }
  }

  watch(() => session.role, load, { immediate: true });
  return { count, load };
});

/** Accounts act as `user:NAME`. */
export function accountOf(actor: string): string {
  return actor.replace(/^user:/, "");
}

export function isOwn(actor: string, username: string | undefined): boolean {
  return username !== undefined && accountOf(actor) === username;
}
