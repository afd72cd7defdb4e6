/** Base backups and point-in-time restores: `node packages/operations/src/backup.ts <take|list|verify|prune|point|restore> …` */
import { runCommand } from "./command.ts";

process.exitCode = await runCommand(process.argv.slice(2), { env: process.env, print: console.log });
