/** Kinds of layers, as the server knows them. */
export const KINDS = ["ecological-red-line", "control-unit", "functional-zone", "source-water", "nature-reserve", "farmland", "noise", "no-burn", "vehicle", "contaminated-site", "island", "park", "suspension", "other"] as const;
