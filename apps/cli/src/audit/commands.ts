import type { CommandGroup } from "../command.ts";

const service = {
  flags: "--service <name>",
  description: "whose log",
  choices: ["registry", "marketplace"],
  byDefault: "registry",
} as const;

/** Who did what, and whether it still says so. */
export const auditCommands: CommandGroup = {
  title: "Audit:",
  commands: [
    {
      path: ["audit", "list"],
      summary: "list what was done in the tenant, the newest first",
      arguments: [],
      options: [
        service,
        { flags: "--resource <resource>", description: "only to agent:<id> or template:<id>" },
        { flags: "--action <action>", description: "only this, such as agent.version_published" },
        { flags: "--actor <subject>", description: "only by this subject of a token" },
        { flags: "--since <time>", description: "at this time or later, such as 2026-11-01T00:00:00Z" },
        { flags: "--until <time>", description: "before this time" },
        { flags: "--limit <number>", description: "entries at the most", byDefault: "25" },
        { flags: "--cursor <cursor>", description: "go on where a list before has ended" },
      ],
      examples: ["nofx audit list", "nofx audit list --resource agent:code-review --limit 5 --json"],
      load: async () => (await import("./audit-list.command.ts")).auditList,
    },
    {
      path: ["audit", "verify"],
      summary: "verify that the audit log is what it was",
      description:
        "Asks the service, or with --file verifies an export without it. Keep the head that is told: with --head, entries cut off at the end and a log written anew are found too. Exit code 1 if the chain is broken.",
      arguments: [],
      options: [
        service,
        { flags: "--file <path>", description: "an export (GET /api/audit/export), lines of JSON" },
        { flags: "--head <head>", description: "one that was kept: <position>:sha256:<digits>" },
      ],
      examples: ["nofx audit verify", "nofx audit verify --file export.ndjson --head 12:sha256:…"],
      load: async () => (await import("./audit-verify.command.ts")).auditVerify,
    },
  ],
};
