import { between, chooser, type Random } from "./random.ts";

const hourMs = 3_600_000;
const busiestHour = 13;
const weekendShare = 0.2;
/** What runs at night too: schedules, and people elsewhere. */
const alwaysShare = 0.06;

/** How much is run in the hour of a moment (UTC), from 0 to a little over 1: days are busy, nights and weekends quiet. */
const activityAt = (at: number): number => {
  const date = new Date(at);
  const distance = date.getUTCHours() + 0.5 - busiestHour;
  const office = Math.exp(-(distance ** 2) / 24);
  const isWeekend = [0, 6].includes(date.getUTCDay());
  return (alwaysShare + office) * (isWeekend ? weekendShare : 1);
};

interface Slot {
  readonly from: number;
  readonly to: number;
}

/** Chooses moments of a time, as many in each hour as there is activity. */
export const momentsOf = (from: number, to: number): ((random: Random) => number) => {
  const first: Slot = { from, to: Math.min(to, from - (from % hourMs) + hourMs) };
  const slots: [Slot, ...Slot[]] = [first];
  for (let at = first.to; at < to; at += hourMs) slots.push({ from: at, to: Math.min(to, at + hourMs) });
  const choose = chooser(slots, (slot) => activityAt(slot.from) * (slot.to - slot.from));
  return (random) => {
    const slot = choose(random);
    return Math.floor(between(random, slot.from, slot.to));
  };
};
