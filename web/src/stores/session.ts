import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { get, isAbort, NetworkDown, post, Problem, remove } from "@/api/client";
import type { Role, Session } from "@/api/types";

/** Who is signed in, and the dialog that asks again when a session ended in the middle of work. */
export const useSession = defineStore("session", () => {
  const account = ref<Session | null>(null);
  const loaded = ref(false);
  /** True while the dialog asks for the password again. */
  const asking = ref(false);
  let waiting: ((signedIn: boolean) => void)[] = [];
  let loading: Promise<void> | null = null;

  const role = computed<Role | null>(() => account.value?.role ?? null);
  const signedIn = computed(() => account.value !== null);

  /** Reads who is signed in, once; later calls wait for the same answer. */
  function load(): Promise<void> {
    loading ??= read().finally(() => (loaded.value ? undefined : (loading = null)));
    return loading;
  }

  async function read(): Promise<void> {
    // The server says so in the page when the browser sent no session: asking would only be refused.
    if ("nobody" in document.documentElement.dataset) {
      loaded.value = true;
      return;
    }
    try {
      account.value = await get<Session>("/session", {}, { askToSignIn: false });
      loaded.value = true;
    } catch (error) {
      if (error instanceof NetworkDown || isAbort(error)) return;
      if (!(error instanceof Problem)) throw error;
      account.value = null;
      loaded.value = error.status === 401;
    }
  }

  async function signIn(username: string, password: string): Promise<void> {
    const found = await post<Session & { token?: string }>("/session", { username, password }, { askToSignIn: false });
    account.value = { username: found.username, role: found.role, cell: found.cell, expires_at: found.expires_at };
    loaded.value = true;
    delete document.documentElement.dataset["nobody"];
    settle(true);
  }

  async function signOut(): Promise<void> {
    await remove("/session", { askToSignIn: false });
    account.value = null;
  }

  /** Asks for the password again when somebody was signed in; true = the request may go again. */
  function signInAgain(): Promise<boolean> {
    if (account.value === null) return Promise.resolve(false);
    asking.value = true;
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** Ends the asking: with a session, or given up (the page shows the refusal and keeps what was typed). */
  function settle(signedInNow: boolean): void {
    asking.value = false;
    const held = waiting;
    waiting = [];
    for (const resolve of held) resolve(signedInNow);
  }

  /** True when the account has one of these roles; no roles asked = anybody. */
  function may(...roles: Role[]): boolean {
    return roles.length === 0 || (role.value !== null && roles.includes(role.value));
  }

  return { account, loaded, asking, role, signedIn, load, signIn, signOut, signInAgain, settle, may };
});
