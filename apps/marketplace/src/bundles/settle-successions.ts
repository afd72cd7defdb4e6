import type { TenantTransaction } from "@nofx/db-kit";
import { resourceSuccessorObstacle } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import { nameOf } from "../lifecycle/lifecycle.rules.ts";
import { lockSuccessor } from "../lifecycle/lifecycle.store.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { keepTemplateSuccessor } from "./imported-template.store.ts";

/** A template that is new, and what a bundle says is to be used instead of it. */
export interface Succession {
  readonly address: TemplateAddress;
  readonly successor: TemplateAddress;
}

/**
 * Says of new templates what is to be used instead, when all of a bundle are there.
 * @returns why not, by id, where the successor is not there, or leads back
 */
export const settleSuccessions = async (
  trx: TenantTransaction<DB>,
  successions: readonly Succession[],
): Promise<ReadonlyMap<string, string>> => {
  const obstacles = new Map<string, string>();
  for (const { address, successor } of successions) {
    const { found, beyond } = await lockSuccessor(trx, successor);
    const obstacle = resourceSuccessorObstacle({
      kind: "template",
      resource: { name: nameOf(address), visibility: "private" },
      successor: nameOf(successor),
      // What the successor has become since it was named is no obstacle: the catalogue is to be as it was.
      found: found && { status: "active", visibility: found.visibility },
      beyond: beyond.map(nameOf),
    });
    if (obstacle === undefined) await keepTemplateSuccessor(trx, address, successor);
    else obstacles.set(address.templateId, obstacle);
  }
  return obstacles;
};
