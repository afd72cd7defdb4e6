import { fileURLToPath } from "node:url";
import { type Role, roles } from "@nofx/contract-kit";
import { inTenant, readInTenant, recordEvent } from "@nofx/db-kit";
import { type Actor, answer, mount, type Service } from "@nofx/service-kit";
import { z } from "zod";
import {
  auditRoutes,
  changeRoutes,
  createTrackService,
  envReader,
  oidcEnv,
  openTrack,
  type ServiceTrack,
  type TrackDeps,
  type TrackOptions,
  trackEnv,
} from "../src/index.ts";
import { notesContract } from "./notes-contract.ts";

/** The tables of the service, those that db-kit is tested with. */
export interface NotesTables {
  notes: { tenant_id: string; id: string; body: string; visibility?: "private" | "public" };
}
export type NotesDeps = TrackDeps<NotesTables>;

export const notesTrack: ServiceTrack = {
  schema: "kit",
  directory: fileURLToPath(new URL("../../db-kit/test/migrations", import.meta.url)),
  role: "kit_service",
};

export const readEnv = envReader(z.object({ ...trackEnv({ port: 4711 }), ...oidcEnv }));

/** A token that says who it is: kind, role and tenant. */
export const tokenOf = (role: Role, tenantId: string): string => `member/${role}/${tenantId}`;
export const operatorToken = "operator/viewer/";

/** Whoever a token says that it is. */
export const readToken = (token: string): Actor | undefined => {
  const [kind, role, tenantId] = token.split("/");
  if ((kind !== "member" && kind !== "operator") || tenantId === undefined) return undefined;
  return { kind, tenantId, subject: `${role}@${tenantId}`, scopes: new Set(roles[role as Role]) };
};

/** Opens the service's parts on a database. */
export const openNotes = (
  env: Readonly<Record<string, string | undefined>>,
  options: Partial<TrackOptions<NotesTables, NotesDeps["env"]>> = {},
): NotesDeps =>
  openTrack<NotesTables, NotesDeps["env"]>({
    track: notesTrack,
    authenticate: () => readToken,
    ...options,
    env: readEnv(env),
  });

/** The service with everything that it serves. */
export const buildNotes = async (deps: NotesDeps): Promise<Service> => {
  const { operations } = notesContract;
  const service = await createTrackService(notesContract, deps);
  mount(service, operations.addNote, async (ctx, { body: { id, visibility } }) => {
    const note = await inTenant(deps.db, ctx, async (trx) => {
      await trx.insertInto("notes").values({ tenant_id: ctx.tenantId, id, body: "", visibility }).execute();
      await recordEvent(trx, ctx, deps.now(), { type: "note.added", visibility, resourceType: "note", resourceId: id });
      return { id };
    });
    return answer(201, { body: note });
  });
  mount(
    service,
    operations.countNotes,
    async (ctx) => {
      const rows = await readInTenant(deps.db, ctx, (query) => query.selectFrom("notes").select("id"));
      return answer(200, { body: { notes: rows.length } });
    },
    { cache: deps.answers },
  );
  auditRoutes(service, deps, {
    listAudit: operations.listNoteAudit,
    verifyAudit: operations.verifyNoteAudit,
    exportAudit: operations.exportNoteAudit,
  });
  changeRoutes(service, deps, {
    listChanges: operations.listNoteChanges,
    renewFeedEpoch: operations.renewNoteFeedEpoch,
  });
  return service;
};
