import { describe, expect, it } from "vitest";
import { collected, type Messages } from "./i18n";
import { collectedRoutes } from "./router";

const { zh, en } = collected();

function keys(messages: Messages, before = ""): string[] {
  return Object.entries(messages).flatMap(([key, value]) => (typeof value === "string" || Array.isArray(value) ? [`${before}${key}`] : keys(value as Messages, `${before}${key}.`)));
}

function texts(messages: Messages): string[] {
  return Object.values(messages).flatMap((value) => (typeof value === "string" ? [value] : Array.isArray(value) ? value : texts(value as Messages)));
}

function at(messages: Messages, key: string): unknown {
  return key.split(".").reduce<unknown>((found, part) => (found as Messages | undefined)?.[part], messages);
}

describe("messages", () => {
  it("say in English what they say in Chinese, and the other way round", () => {
    expect(keys(en).sort()).toEqual(keys(zh).sort());
  });

  it("fill in the same values in both languages", () => {
    const names = (key: string, messages: Messages): string[] => [...new Set(String(at(messages, key)).match(/\{\w+\}/g) ?? [])].sort();
    expect(keys(zh).filter((key) => names(key, zh).join() !== names(key, en).join())).toEqual([]);
  });

  it("are not empty, and Chinese ones carry Chinese punctuation", () => {
    expect([...texts(zh), ...texts(en)].filter((text) => !text.trim())).toEqual([]);
    expect(texts(zh).filter((text) => /[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(\s|$)/.test(text))).toEqual([]);
  });

  it("name every page", () => {
    const titles = collectedRoutes().flatMap((route) => (route.meta?.titleKey ? [route.meta.titleKey] : []));
    expect(titles.filter((key) => typeof at(zh, key) !== "string" || typeof at(en, key) !== "string")).toEqual([]);
  });
});

it("no two pages of the rail share a letter", () => {
  const letters = collectedRoutes().flatMap((route) => (route.meta?.rail ? [route.meta.rail.key] : []));
  expect(new Set(letters).size).toBe(letters.length);
});
