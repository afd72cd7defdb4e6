import { Digest, SemVer } from "@nofx/contract-kit";
import { z } from "zod";

/** A resource as locks name it, always with its tenant. */
const LockedName = z
  .string()
  .max(192)
  .regex(/^[^/]+\/[^/]+$/, "Write tenant/id");

/** The one version of a resource that everybody gets. */
export const LockedVersion = z
  .object({
    version: SemVer,
    digest: Digest.meta({ description: "Of the version's document" }),
    requestedBy: z
      .array(
        z.object({
          by: z.string().meta({ description: "Who wants it", examples: ["template acme/release-notes 1.1.0"] }),
          range: z.string(),
        }),
      )
      .min(1)
      .meta({ description: "Everybody who wants it, and which versions would do" }),
  })
  .meta({ id: "LockedVersion" });
export type LockedVersion = z.infer<typeof LockedVersion>;

/** What a template's dependencies come to: one version of each agent and template, for the whole graph. */
export const DependencyLock = z
  .object({
    lockVersion: z.literal(1),
    strategy: z.enum(["highest", "lowest"]).meta({
      description: "Which of the versions that fit were taken: the highest, or, to test the other end, the lowest",
    }),
    agents: z.record(LockedName, LockedVersion).meta({ description: "By `tenant/id`" }),
    templates: z.record(LockedName, LockedVersion).meta({ description: "By `tenant/id`" }),
  })
  .meta({ id: "DependencyLock" });
export type DependencyLock = z.infer<typeof DependencyLock>;
