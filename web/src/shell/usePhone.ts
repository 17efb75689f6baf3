import { onScopeDispose, readonly, ref, type Ref } from "vue";

/** True below 1024 px: one thing at a time, with a sheet and a bottom bar. */
export function usePhone(): Readonly<Ref<boolean>> {
  const query = window.matchMedia("(max-width: 1023.98px)");
  const phone = ref(query.matches);
  const changed = (event: MediaQueryListEvent): void => void (phone.value = event.matches);
  query.addEventListener("change", changed);
  onScopeDispose(() => query.removeEventListener("change", changed));
  return readonly(phone);
}
