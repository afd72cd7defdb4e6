import { Digest, ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";

/** Which version of which template another one began as a copy of. */
export const ForkOrigin = z
  .object({
    tenant: TenantId,
    templateId: ResourceId,
    version: SemVer,
    digest: Digest.meta({ description: "Of the version that was copied" }),
    forkedAt: Timestamp,
    latest: SemVer.optional().meta({
      description:
        "The source's current version: if it is another one, see `diff` for what is new. Absent if you may not read the source",
    }),
  })
  .meta({ id: "ForkOrigin" });
export type ForkOrigin = z.infer<typeof ForkOrigin>;

/** Where a template stands among its copies, as far as the reader may know. */
export const lineageFields = {
  forkedFrom: ForkOrigin.optional().meta({
    description: "Its source, if it is a fork. Told to those who may read the source, and to its own tenant always",
  }),
  forkCount: z.int().min(0).meta({ description: "How many forks of it listForks lists to you" }),
};
