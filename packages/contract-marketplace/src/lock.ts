import { Digest, ResourceId, SemVer, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { EnvironmentName } from "./template-environment.ts";

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

/** A lock that is kept with a version. */
export const StoredLock = z
  .object({
    environment: EnvironmentName.optional().meta({ description: "The one that it is for" }),
    lock: DependencyLock,
    digest: Digest.meta({ description: "SHA-256 of the lock's canonical form (RFC 8785)" }),
    lockedAt: Timestamp,
    lockedBy: z.string(),
  })
  .meta({ id: "StoredTemplateLock" });
export type StoredLock = z.infer<typeof StoredLock>;

/** How a locked version stands among those that there are now. */
export const LockedAge = z
  .object({
    kind: z.enum(["agent", "template"]),
    tenant: TenantId,
    id: ResourceId,
    locked: SemVer,
    wanted: SemVer.optional().meta({
      description: "What the ranges it was locked for admit now; absent if that is nothing any more",
    }),
    latest: SemVer.optional().meta({ description: "The latest release; absent if there is none for you any more" }),
    deprecated: z.boolean().meta({ description: "The locked version is, or the resource as a whole" }),
  })
  .meta({ id: "LockedAge" });
export type LockedAge = z.infer<typeof LockedAge>;

/** A version of a template whose lock holds an agent. */
export const AgentDependent = z
  .object({
    tenant: TenantId,
    templateId: ResourceId,
    version: SemVer,
    environment: EnvironmentName.optional(),
    locked: SemVer.meta({ description: "The agent's version" }),
  })
  .meta({ id: "AgentDependent" });
export type AgentDependent = z.infer<typeof AgentDependent>;
