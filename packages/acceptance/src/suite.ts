import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { Target } from "./target.ts";
import { openWorld, type World } from "./world.ts";

/** One thing that users rely on. */
export interface Check {
  readonly title: string;
  readonly run: (world: World, context: Pick<TestContext, "skip">) => Promise<void>;
  /** Among the few that tell soonest whether an installation works at all. */
  readonly isFirst?: true;
}

/** Checks of one part of what the control plane does. */
export interface Area {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** A check of the whole suite. */
export const check = (title: string, run: Check["run"]): Check => ({ title, run });

/** A check of the whole suite and of the short one. */
export const first = (title: string, run: Check["run"]): Check => ({ title, run, isFirst: true });

/** Gives the installation under test, once it is there. */
export type Connect = () => Target | Promise<Target>;

/** Declares checks as tests of one world, which is left as nobody would mind. */
export const declareChecks = (connect: Connect, areas: readonly Area[]): void => {
  let world: World;
  beforeAll(async () => {
    world = openWorld(await connect());
  });
  afterAll(() => world?.leave());
  for (const { name, checks } of areas) {
    describe.runIf(checks.length > 0)(name, () => {
      for (const { title, run } of checks) it(title, (context) => run(world, context));
    });
  }
};

/** Replicas hear of what another one wrote from the database; a read a moment later may be from before. */
const heardMs = 2_000;

/** What an answer becomes as soon as every replica knows, whichever answers. */
export const soon = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: heardMs, interval: 20 });
