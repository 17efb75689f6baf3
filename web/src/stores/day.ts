import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { useInstallation } from "./installation";

/** The day that every view speaks of; kept in `?on=`, absent = today. */
export const useDay = defineStore("day", () => {
  const installation = useInstallation();
  const chosen = ref<string | null>(null);

  const today = computed(() => installation.today);
  const on = computed(() => chosen.value ?? today.value);
  const isToday = computed(() => on.value === today.value);
  const isFuture = computed(() => on.value > today.value);
  /** What goes into a request: undefined when it is today, so that answers stay cacheable. */
  const asked = computed<string | undefined>(() => (isToday.value ? undefined : on.value));
  const turns = computed(() => installation.turns);
  /** The turn of the grid that is in force on the day, counted from 1; 0 = none yet. */
  const turn = computed(() => turns.value.filter((day) => day <= on.value).length);
  const previousTurn = computed<string | null>(() => turns.value.findLast((day) => day < on.value) ?? null);
  const nextTurn = computed<string | null>(() => turns.value.find((day) => day > on.value) ?? null);

  /** null, today or something that is no day = today. */
  function setDay(day: string | null): void {
    chosen.value = day !== null && isDay(day) && day !== today.value ? day : null;
  }

  return { chosen, on, today, isToday, isFuture, asked, turns, turn, previousTurn, nextTurn, setDay };
});

/** True for a day of the calendar written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const found = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().slice(0, 10) === text;
}
