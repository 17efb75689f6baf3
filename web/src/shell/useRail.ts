import { computed, type ComputedRef } from "vue";
import { useRouter } from "vue-router";
import type { IconName } from "@/parts/icons";
import { useSession } from "@/stores/session";

export interface RailEntry {
  path: string;
  titleKey: string;
  icon: IconName;
  /** Letter after `g`. */
  key: string;
  order: number;
  /** How many things wait there; 0 = nothing is shown. */
  waiting: number;
}

/** The pages of this role, in their order. */
export function useRail(): ComputedRef<RailEntry[]> {
  const router = useRouter();
  const session = useSession();
  return computed(() =>
    router
      .getRoutes()
      .filter(({ meta }) => meta.rail && (meta.public || session.signedIn) && session.may(...(meta.rail.roles ?? meta.roles ?? [])))
      .map(({ path, meta }) => ({ path, titleKey: meta.titleKey, icon: meta.rail!.icon, key: meta.rail!.key, order: meta.rail!.order, waiting: meta.rail!.badge?.() ?? 0 }))
      .sort((a, b) => a.order - b.order),
  );
}
