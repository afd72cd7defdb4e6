import { unwrap } from "@nofx/client";
import { AuditEntry, auditQuery, pageQuery } from "@nofx/contract-kit";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { ResourceArgument } from "../resource-argument.ts";

const { action, actor, since, until } = auditQuery.shape;

const input = z.object({
  service: z.enum(["registry", "marketplace"]).default("registry"),
  resource: ResourceArgument.optional(),
  action,
  actor,
  since,
  until,
  limit: pageQuery.limit,
  cursor: pageQuery.cursor,
});
const output = z.object({ entries: z.array(AuditEntry), nextCursor: z.string().optional() });
type Output = z.output<typeof output>;

const tell = ({ entries, nextCursor }: Output, style: Style): string => {
  if (entries.length === 0) return "Nothing was done.";
  const rows = table(
    entries,
    [
      { title: "at", cell: ({ at }) => at },
      { title: "action", cell: (entry) => entry.action },
      { title: "on", cell: ({ resourceType, resourceId, version = "" }) => `${resourceType}:${resourceId} ${version}` },
      { title: "by", cell: (entry) => entry.actor, isFlexible: true },
      { title: "reason", cell: ({ reason = "" }) => reason, isFlexible: true },
    ],
    style,
  );
  return nextCursor === undefined ? rows : `${rows}\n${style.dim(`There is more: --cursor ${nextCursor}`)}`;
};

/** `nofx audit list`. */
export const auditList: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { service, resource, ...asked }) => {
    const about = resource && { resourceType: resource.kind, resourceId: resource.id };
    const given = Object.entries({ ...asked, ...about }).filter(([, value]) => value !== undefined);
    const query = Object.fromEntries(given) as { limit: number };
    const told = await context.progress("Asking", async () =>
      service === "registry"
        ? await unwrap((await context.registry()).listAudit(query))
        : await unwrap((await context.marketplace()).listMarketplaceAudit(query)),
    );
    return { output: told };
  },
  tell,
});
