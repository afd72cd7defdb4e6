import { runMigrations } from "../../src/index.ts";
import { notesTrack } from "../notes-service.ts";

await runMigrations(notesTrack, process.env);
