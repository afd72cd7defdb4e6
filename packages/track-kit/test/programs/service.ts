import { runService, startService } from "../../src/index.ts";
import { buildNotes, openNotes } from "../notes-service.ts";

await runService(async () => startService({ deps: openNotes(process.env), buildApp: buildNotes }));
