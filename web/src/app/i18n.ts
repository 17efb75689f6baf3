import { watch } from "vue";
import { createI18n, type I18n } from "vue-i18n";
import { usePrefs } from "@/stores/prefs";

export type Messages = { [key: string]: string | readonly string[] | Messages };
export interface FeatureMessages {
  zh: Messages;
  en: Messages;
}

/** Every folder's `messages.ts` under the folder's name: `t("explore.title")`. */
export function collected(): FeatureMessages {
  const found = import.meta.glob<FeatureMessages>("../*/messages.ts", { eager: true, import: "default" });
  const messages: { zh: Messages; en: Messages } = { zh: {}, en: {} };
  for (const [path, feature] of Object.entries(found)) {
    const name = path.split("/")[1] ?? "";
    messages.zh[name] = feature.zh;
    messages.en[name] = feature.en;
  }
  return messages;
}

export function makeI18n(): I18n {
  const prefs = usePrefs();
  const { zh, en } = collected();
  const i18n = createI18n({ legacy: false, locale: prefs.language, fallbackLocale: "zh", messages: { zh, en } as never, warnHtmlMessage: true });
  watch(
    () => prefs.language,
    (language) => {
      (i18n.global.locale as unknown as { value: string }).value = language;
      document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    },
    { immediate: true },
  );
  return i18n as unknown as I18n;
}
