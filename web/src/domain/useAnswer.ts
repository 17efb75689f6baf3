import { ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { isAbort } from "@/api/client";

export interface Answer<T> {
  answer: ShallowRef<T | null>;
  failure: ShallowRef<unknown>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

/**
 * What the server says to a question that changes: asked anew whenever `question` does, the last question wins, null asks nothing.
 * The answer before stays until the next one comes, unless it was to another subject (`subject` differs): then it would mislead.
 */
export function useAnswer<Q, T>(question: () => Q | null, ask: (question: Q, signal: AbortSignal) => Promise<T>, subject: (question: Q) => unknown = (asked) => JSON.stringify(asked)): Answer<T> {
  const answer = shallowRef<T | null>(null);
  const failure = shallowRef<unknown>(null);
  const loading = ref(false);
  let running: AbortController | null = null;
  let about: unknown;

  async function reload(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    const asked = question();
    failure.value = null;
    if (asked === null) {
      answer.value = null;
      loading.value = false;
      return;
    }
    if (subject(asked) !== about) answer.value = null;
    about = subject(asked);
    loading.value = true;
    try {
      answer.value = await ask(asked, mine.signal);
    } catch (error) {
      if (!isAbort(error) && mine === running) {
        answer.value = null;
        failure.value = error;
      }
    } finally {
      if (mine === running) loading.value = false;
    }
  }

  watch(() => JSON.stringify(question()), reload, { immediate: true });
  return { answer, failure, loading, reload };
}
