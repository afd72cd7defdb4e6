import { followSource } from "./follow-source.ts";
import type { IndexingDeps } from "./indexing-deps.ts";
import { type Builds, keepGenerations } from "./keep-generations.ts";
import { releaseLeases, renewLeases } from "./lease.store.ts";
import type { Source } from "./source.ts";

/** What keeps the index up in this process, beside requests. Of all processes one does each part. */
export interface Keeping {
  readonly builds: Builds;
  stop(): Promise<void>;
}

const renewalMs = 1_000;

/** Renews what this process holds, also while it waits for a source. */
const startRenewal = ({ db, log, holder }: IndexingDeps): { stop(): void } => {
  const timer = setInterval(() => {
    renewLeases(db, holder).catch((err: Error) => log.warn({ err }, "leases are not renewed"));
  }, renewalMs);
  return { stop: () => clearInterval(timer) };
};

/** Follows the sources, each by itself, and keeps the generations of the index. */
export const keepIndex = (deps: IndexingDeps, sources: readonly Source[]): Keeping => {
  const builds: Builds = new Map();
  const renewal = startRenewal(deps);
  const running = [...sources.map((source) => followSource(deps, source)), keepGenerations(deps, builds)];
  return {
    builds,
    stop: async () => {
      await Promise.all(running.map((each) => each.stop()));
      renewal.stop();
      await releaseLeases(deps.db, deps.holder).catch((err: Error) =>
        deps.log.warn({ err }, "leases are not released"),
      );
    },
  };
};
