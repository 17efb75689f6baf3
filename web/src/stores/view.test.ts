import { describe, expect, it } from "vitest";
import { readPlace, readSelection, writePlace, writeSelection, type Selection } from "./view";

describe("the map's place in the address", () => {
  it("comes back as it was written, to a metre", () => {
    expect(writePlace({ lon: 118.436912, lat: 28.973561, zoom: 13.5 })).toBe("118.43691,28.97356,13.5");
    expect(readPlace("118.43691,28.97356,13.5")).toEqual({ lon: 118.43691, lat: 28.97356, zoom: 13.5 });
  });

  it.each(["", "1,2", "1,2,3,4", "a,b,c", "181,0,5", "0,86,5", "0,0,23", "0,0,-1", "1,,5"])("is not read from %j", (text) => {
    expect(readPlace(text)).toBeNull();
  });
});

describe("the selection in the address", () => {
  const selections: Selection[] = [
    { kind: "cell", code: "330802101203" },
    { kind: "cell", scheme: "administrative", level: "village", code: "330802101203" },
    { kind: "zone", layer: "red-line", code: "HX/01:甲" },
    { kind: "here", lon: 118.436912, lat: 28.973561 },
    { kind: "check", id: "6f0b1d0e-6a54-5d0c-9a4e-3f1f2a7c5b10" },
    { kind: "person", id: "w/1" },
  ];

  it.each(selections)("comes back as it was written: %o", (selection) => {
    expect(readSelection(writeSelection(selection))).toEqual(selection);
  });

  it.each(["", "cell:", "cell:a/b", "zone:a", "zone:a/b/c", "here:1", "here:200,1", "check:", "nothing:1", "cell:%E0%A4%A"])("is not read from %j", (text) => {
    expect(readSelection(text)).toBeNull();
  });
});
