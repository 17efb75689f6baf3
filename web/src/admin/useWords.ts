import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { get } from "@/api/client";
import type { Page } from "@/api/types";
import { useAnswer } from "@/domain/useAnswer";
import { useDomain } from "@/domain/useDomain";
import { useInstallation } from "@/stores/installation";
import { usePrefs } from "@/stores/prefs";
import type { Part } from "./rules";
import type { Layer } from "./types";

interface Vocabulary {
  activities: { key: string; text: string }[];
  pollutants: { key: string; zh: string; en: string }[];
  fuels: { key: string; zh: string; en: string }[];
}

/** Words for what rules are made of: layers by their titles, activities and fuels by their texts, everything else as it was written. */
export function useWords() {
  const { t, te } = useI18n();
  const { word, value } = useDomain();
  const prefs = usePrefs();
  const installation = useInstallation();
  const layers = useAnswer(() => "layers", (_, signal) => get<Page<Layer>>("/layers", {}, { signal }));
  const vocabulary = useAnswer(() => "vocabulary", (_, signal) => get<Vocabulary>("/vocabulary", {}, { signal }));

  const named = computed(() => {
    const found = new Map<string, string>();
    for (const one of vocabulary.answer.value?.activities ?? []) found.set(`activity ${one.key}`, one.text);
    for (const one of vocabulary.answer.value?.fuels ?? []) found.set(`fuel ${one.key}`, one[prefs.language]);
    for (const one of installation.about?.actions ?? []) found.set(`action ${one.key}`, one[prefs.language]);
    return found;
  });

  /** "生态保护红线"; a kind of layers is told as such. */
  function layerWord(layer: unknown): string {
    if (typeof layer === "string") return layers.answer.value?.items.find((one) => one.layer === layer)?.title ?? word("kind", layer);
    const kind = (layer as { kind?: string } | null)?.kind;
    return kind ? t("admin.rules.everyLayer", { kind: word("kind", kind) }) : "—";
  }

  function keyWord(key: string): string {
    const [first = "", ...rest] = key.split(".");
    const path = `admin.rules.when.${first}`;
    const head = /^\w+$/.test(first) && te(path) ? t(path) : word("attribute", first);
    return rest.length ? `${head} ${rest.join(" ")}` : head;
  }

  function valueWord({ key, value: found }: Part): string {
    const one = (item: unknown): string => (named.value.get(`${key} ${String(item)}`) ?? value(item)).replace(/[。.]$/u, "");
    return Array.isArray(found) ? found.map(one).join(t(key === "activity" ? "admin.semicolon" : "admin.comma")) : one(found);
  }

  return { layerWord, keyWord, valueWord };
}
