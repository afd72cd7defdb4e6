import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { newWord, untilIndexed } from "./indexed.ts";
import type { Person, World } from "./world.ts";

/** What became of publishing and searching at once. */
export interface ReadYourWrites {
  readonly found: number;
  /** From the answer of publishing to that of searching, in milliseconds, in order of length. */
  readonly tookMs: readonly number[];
}

const publishAgent = async ({ registry }: Person, word: string): Promise<string | null> => {
  const published = await registry.publishAgent({ body: manifest({ agentId: `agent-${word}`, name: word }) });
  if (!published.ok) throw new Error(JSON.stringify(published.problem));
  return published.headers.get("nofx-change");
};

const publishTemplate = async ({ marketplace }: Person, word: string): Promise<string | null> => {
  const content = {
    kind: "prompt" as const,
    instructions: "Propose three things for {{ goal }}.",
    input: [{ type: "input_text" as const, text: "{{ goal }}" }],
    variables: { goal: { type: "string" as const } },
  };
  const body = { templateId: `template-${word}`, name: word, version: "1.0.0", description: "Greets.", content };
  const published = await marketplace.publishTemplate({ body });
  if (!published.ok) throw new Error(JSON.stringify(published.problem));
  return published.headers.get("nofx-change");
};

/** Publishes agents and templates in turn, and searches for each with its change. */
export const readYourWrites = async (world: World, times: number): Promise<ReadYourWrites> => {
  const person = await world.person("publisher");
  await untilIndexed(world);
  const tookMs: number[] = [];
  let found = 0;
  for (let n = 0; n < times; n += 1) {
    const word = newWord();
    const change = await (n % 2 === 0 ? publishAgent : publishTemplate)(person, word);
    const publishedAt = performance.now();
    const asked = { q: word, min_change: change ?? "" };
    const { hits, freshness } = await unwrap(person.search.unifiedSearch(asked));
    tookMs.push(performance.now() - publishedAt);
    if (freshness.satisfied && hits[0]?.name === word) found += 1;
  }
  return { found, tookMs: tookMs.sort((a, b) => a - b) };
};

/** The value that so many of a hundred do not exceed. */
export const percentile = (ordered: readonly number[], percent: number): number =>
  ordered[Math.max(0, Math.ceil((ordered.length * percent) / 100) - 1)] ?? 0;
