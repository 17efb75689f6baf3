import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { effectScope, ref } from "vue";
import { useAnswer } from "./useAnswer";

/** Promises that are kept by hand, in any order. */
function server() {
  const asked: { question: string; keep: (answer: string) => void; break: (error: unknown) => void; signal: AbortSignal }[] = [];
  const ask = (question: string, signal: AbortSignal) =>
    new Promise<string>((keep, fail) => {
      asked.push({ question, keep, break: fail, signal });
    });
  return { asked, ask };
}

describe("an answer that follows its question", () => {
  it("is the one to the last question, whichever comes first", async () => {
    const { asked, ask } = server();
    const question = ref<string | null>("a");
    const found = effectScope().run(() => useAnswer(() => question.value, ask))!;
    question.value = "b";
    await flushPromises();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[1]!.keep("to b");
    asked[0]!.break(new DOMException("aborted", "AbortError"));
    await flushPromises();
    expect([found.answer.value, found.loading.value, found.failure.value]).toEqual(["to b", false, null]);
  });

  it("goes at once when the question is about something else, and stays while the same is asked again", async () => {
    const { asked, ask } = server();
    const question = ref("cell 1 today");
    const found = effectScope().run(() => useAnswer(() => question.value, ask, (text) => text.slice(0, 6)))!;
    asked[0]!.keep("one");
    await flushPromises();
    question.value = "cell 1 yesterday";
    await flushPromises();
    expect(found.answer.value).toBe("one");
    question.value = "cell 2 today";
    await flushPromises();
    expect(found.answer.value).toBeNull();
  });

  it("gives way to the failure, which a second try takes away", async () => {
    const { asked, ask } = server();
    const found = effectScope().run(() => useAnswer(() => "a", ask))!;
    asked[0]!.break(new Error("down"));
    await flushPromises();
    expect(found.failure.value).toBeInstanceOf(Error);
    void found.reload();
    asked[1]!.keep("up");
    await flushPromises();
    expect([found.answer.value, found.failure.value]).toEqual(["up", null]);
  });

  it("is none when nothing is asked", () => {
    const { asked, ask } = server();
    const found = effectScope().run(() => useAnswer(() => null, ask))!;
    expect([asked.length, found.answer.value, found.loading.value]).toEqual([0, null, false]);
  });
});
