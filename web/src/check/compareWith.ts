import { ref } from "vue";

/** The check somebody kept to hold the next one against; gone with the page. */
export const forComparison = ref<{ id: string; name: string } | null>(null);
