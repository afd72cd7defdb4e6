import { setTimeout as delay } from "node:timers/promises";
import { type FeedCall, unwrap } from "@nofx/client";
import { as, ask, sha256 } from "../wire.ts";
import type { Person, World } from "../world.ts";
import { type Confirmed, type Found, type Ledger, nameOf } from "./ledger.ts";

/** The digests of what is downloaded now. */
const digestsOf = async (
  world: World,
  person: Person,
  path: string,
  confirmed: readonly Confirmed[],
): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  for (const one of confirmed) {
    const headers = { ...as(person), "accept-encoding": "identity" };
    const document = await ask(world.target, `${path}/${one.id}/versions/${one.version}`, { headers });
    if (document.ok) found.set(nameOf(one), sha256(await document.text()));
  }
  return found;
};

const replay = async (list: FeedCall, tenant: string): Promise<string[]> => {
  const ids: string[] = [];
  let after: string | undefined;
  for (;;) {
    const answer = await list({ limit: 1000, ...(after ? { after } : { from: "oldest" }) });
    if (!answer.ok) throw new Error(`The feed cannot be read again: ${answer.problem.title}`);
    const { changes, next } = answer.body;
    ids.push(...changes.filter((change) => change.tenant === tenant).map(({ id }) => id));
    if (changes.length === 0) return ids;
    after = next;
  }
};

/** Runs that are in the figures, once no more are on their way there. */
const countRuns = async ({ marketplace }: Person, least: number): Promise<number> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { totals } = await unwrap(marketplace.getTemplateAnalytics({ templateId: "counted" }));
    if (totals.runs >= least || Date.now() > deadline) return totals.runs;
    await delay(200);
  }
};

/** Looks whether what was confirmed is there. */
export const lookAfter = async (
  world: World,
  person: Person,
  ledger: Ledger,
  heard: readonly string[],
): Promise<Found> => ({
  agents: await digestsOf(world, person, "/api/agents", ledger.agents),
  templates: await digestsOf(world, person, "/api/templates", ledger.templates),
  runsCounted: await countRuns(person, ledger.runsConfirmed),
  heard,
  replayed: [
    ...(await replay(person.registry.listChanges, person.tenant)),
    ...(await replay(person.marketplace.listMarketplaceChanges, person.tenant)),
  ],
});
