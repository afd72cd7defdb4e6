import { z } from "zod";
import type { SyncLine } from "./sync-output.ts";

/** What a template asks for and cannot have, as the marketplace tells it. */
const Unsatisfied = z.object({
  code: z.literal("dependencies_unsatisfiable"),
  conflict: z.object({
    resource: z.object({ kind: z.enum(["agent", "template"]), tenant: z.string(), id: z.string() }),
  }),
});

/**
 * Tells those that are refused only as long as others of the same sync are not published from those that nothing here
 * helps. The marketplace names one obstacle at a time: whether there are more is seen when it is out of the way.
 */
export const withWaiting = (lines: readonly SyncLine[], tenant: string | undefined): SyncLine[] => {
  const told = [...lines];
  const coming = new Set(
    told.filter(({ action }) => action === "create" || action === "update").map(({ kind, id }) => `${kind}:${id}`),
  );
  // Each round may find some that wait for those of the round before.
  for (let found = true; found; ) {
    found = false;
    for (const [index, line] of told.entries()) {
      const asked = line.action === "refused" ? Unsatisfied.safeParse(line.problem) : undefined;
      if (!asked?.success) continue;
      const { resource } = asked.data.conflict;
      const waitsFor = `${resource.kind}:${resource.id}`;
      if (!coming.has(waitsFor) || (tenant !== undefined && resource.tenant !== tenant)) continue;
      told[index] = { ...line, action: "waits", waitsFor };
      coming.add(`${line.kind}:${line.id}`);
      found = true;
    }
  }
  return told;
};
