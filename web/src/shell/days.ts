/** Days as numbers and back, for lines and calendars; everything in UTC, so that no clock change moves a day. */

export const DAY_MS = 86_400_000;

export const toNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
export const toDay = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

export interface Line {
  first: number;
  last: number;
  ticks: string[];
}

const YEARS_SHOWN = 20;
const TICKS_SHOWN = 8;

/** The stretch of time a line shows: the last eight changes of the last twenty years, at least the year before today, and the day itself.

What is older (a first edition "since ever") would press all others together. */
export function lineOf(on: string, today: string, turns: readonly string[]): Line {
  const year = Number(today.slice(0, 4));
  const ticks = turns.filter((turn) => turn >= `${year - YEARS_SHOWN}-01-01`).slice(-TICKS_SHOWN);
  const begin = Math.min(toNumber(ticks[0] ?? today), toNumber(today) - 365);
  const first = Math.max(Math.min(begin, toNumber(on)), toNumber(today) - YEARS_SHOWN * 366);
  const last = Math.max(toNumber(today), toNumber(ticks.at(-1) ?? today), toNumber(on));
  const room = Math.ceil((last - first) * 0.02);
  return { first: first - room, last: last + room, ticks };
}

/** 1 January of the years on a line, at most six of them. */
export function yearsOf(line: Line): string[] {
  const [from, to] = [Number(toDay(line.first).slice(0, 4)) + 1, Number(toDay(line.last).slice(0, 4))];
  const step = Math.max(Math.ceil((to - from + 1) / 6), 1);
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => from + index)
    .filter((year) => (year - from) % step === 0)
    .map((year) => `${year}-01-01`);
}

/** The six weeks of a month's page, Monday first. month: YYYY-MM. */
export function monthPage(month: string): string[] {
  const first = toNumber(`${month}-01`);
  // 1970-01-01 was a Thursday.
  const monday = first - ((first + 3) % 7 + 7) % 7;
  return Array.from({ length: 42 }, (_, index) => toDay(monday + index));
}

export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}
