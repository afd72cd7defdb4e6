import { auditOperations, type Contract, changeOperations } from "@nofx/contract-kit";
import { z } from "zod";

const common = { tag: "Notes", summary: "Do it", description: "Does it.", errors: [] } as const;
const hash = `sha256:${"ab".repeat(32)}`;
const what = { resourceType: "note", resourceId: "one", at: "2026-01-02T03:04:05.678Z", correlationId: "request-1" };

const changes = changeOperations({
  name: "Note",
  path: "/api/notes/changes",
  tag: "Changes",
  example: {
    ...what,
    id: "0199f3a2-7b1c-7d5e-8f00-3c2a1b4d5e6f",
    cursor: "5f0c2f6e-8a51-4f7e-9d37-0b7a4c1e2d3f:42",
    tenant: "acme",
    visibility: "private",
    type: "note.added",
    data: {},
  },
});

const audit = auditOperations({
  name: "Note",
  path: "/api/notes/audit",
  tag: "Audit",
  example: {
    entry: {
      ...what,
      id: "1",
      actor: "alice",
      action: "note.added",
      details: {},
      seal: { position: 3, hash, previousHash: hash },
    },
    since: "2026-01-01T00:00:00.000Z",
    head: { position: 2, hash },
  },
});

/** A contract of a service that keeps notes, with audit log and change feed under ids of its own. */
export const notesContract = {
  name: "notes",
  title: "Notes",
  description: "Notes to test with.",
  version: "1.0.0",
  errors: {},
  tags: { Notes: "Notes.", Audit: "Who did what.", Changes: "What happened." },
  operations: {
    addNote: {
      ...common,
      id: "addNote",
      method: "POST",
      path: "/api/notes",
      access: { scope: "templates:publish" },
      body: z.object({ id: z.string(), visibility: z.enum(["private", "public"]).default("private") }),
      idempotent: true,
      success: { 201: z.object({ id: z.string() }) },
    },
    countNotes: {
      ...common,
      id: "countNotes",
      method: "GET",
      path: "/api/notes/count",
      access: { scope: "templates:read", anonymous: true },
      success: { 200: z.object({ notes: z.int() }) },
    },
    listNoteAudit: audit.listAudit,
    verifyNoteAudit: audit.verifyAudit,
    exportNoteAudit: audit.exportAudit,
    listNoteChanges: changes.listChanges,
    renewNoteFeedEpoch: changes.renewFeedEpoch,
  },
} as const satisfies Contract;
