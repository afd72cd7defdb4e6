import type { AskedRequirement, Candidate, Known, Resource } from "../src/index.ts";
import { keyOf } from "./brute-force.ts";
import { agent, knowing, rootWants, template, version, want } from "./worlds.ts";

/** What is asked for, and everything that there is. */
export interface Graph {
  readonly requirements: readonly AskedRequirement[];
  readonly known: Known;
}

/** As many versions of each as are ever looked at. */
const numbers = [...Array(200).keys()].map((index) => `${1 + Math.floor(index / 50)}.${index % 50}.0`);

const graphOf = (
  resources: readonly Resource[],
  wants: (index: number) => ReturnType<typeof want>[],
  versions = numbers,
  asked: readonly Resource[] = resources.slice(0, 1),
): Graph => {
  const world = new Map(
    resources.map((one, index) => [keyOf(one), versions.map((number) => version(one, number, wants(index)))]),
  );
  return { requirements: rootWants(...asked.map((one) => want(one, "*"))), known: knowing(world) };
};

/** Templates that each need one of the slots for themselves, of which there is one less: nothing fits, and it takes long to tell. */
export const crowd = (size: number): Graph => {
  const slots = [...Array(size - 1).keys()].map((index) => agent(`s${index}`));
  const guests = [...Array(size).keys()].map((index) => template(`g${index}`));
  const world = new Map<string, Candidate[]>();
  for (const slot of slots)
    world.set(
      keyOf(slot),
      guests.map((_guest, index) => version(slot, `1.0.${index}`)),
    );
  for (const [index, guest] of guests.entries()) {
    const choices = slots.map((slot, number) => version(guest, `1.0.${number}`, [want(slot, `1.0.${index}`)]));
    world.set(keyOf(guest), choices);
  }
  return { requirements: rootWants(...guests.map((guest) => want(guest, "*"))), known: knowing(world) };
};

export const agents = (count: number): Resource[] => [...Array(count).keys()].map((index) => agent(`r${index}`));
export const templates = (count: number): Resource[] => [...Array(count).keys()].map((index) => template(`r${index}`));
/** As many agents as may be, each of them wanted. */
export const wide = (): Graph => graphOf(agents(2_000), () => [], numbers, agents(2_000));
/** Each wants the next one. */
export const chain = (resources: readonly Resource[]): Graph =>
  graphOf(resources, (index) => (resources[index + 1] ? [want(resources[index + 1] as Resource, "^1")] : []));
/** Each wants many others, also such as lead back. */
export const dense = (): Graph => {
  const all = agents(500);
  const next = (index: number) => [...Array(25).keys()].map((step) => all[(index + 1 + step * 7) % 500] as Resource);
  return graphOf(all, (index) => next(index).map((one) => want(one, "^1 || ^2")), numbers.slice(0, 40));
};
