import { useI18n } from "vue-i18n";

export type Vocabulary = "kind" | "level" | "role" | "line" | "effect" | "dimension" | "reason" | "disclosure" | "coverage" | "certainty" | "missing" | "fix" | "attribute" | "value" | "asked" | "action" | "activity" | "pollutant" | "fuel";

/** The words of the field in the language shown. A key that is nobody's is shown as it was written: lines, roles and levels are data. */
export function useDomain() {
  const { t, te } = useI18n();

  function word(list: Vocabulary, key: string | null | undefined): string {
    if (key === null || key === undefined || key === "") return "";
    // A key from somebody's file may hold what the message path would read as its own.
    const path = `domain.${list}.${key}`;
    return /^[\p{L}\p{N} _-]+$/u.test(key) && te(path) ? t(path) : key;
  }

  /** A value of a zone's attribute as it is read. */
  function value(found: unknown): string {
    if (typeof found === "boolean") return t(found ? "domain.yes" : "domain.no");
    return found === null || found === undefined ? "—" : word("value", String(found)) || "—";
  }

  /** Whether a key is one of the field's own. */
  function isKnown(list: Vocabulary, key: string): boolean {
    return /^[\p{L}\p{N} _-]+$/u.test(key) && te(`domain.${list}.${key}`);
  }

  /** Several things in one line, with the comma of the language. */
  function joined(texts: readonly string[], between: "between" | "clause" = "between"): string {
    return texts.join(t(`domain.${between}`));
  }

  return { word, value, isKnown, joined };
}
