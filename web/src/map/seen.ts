/** Styles of zones that the map shows now, for the legend: `layer style`. */
import type { InjectionKey, Ref } from "vue";

export const SEEN: InjectionKey<Readonly<Ref<Set<string>>>> = Symbol("styles on the map");
