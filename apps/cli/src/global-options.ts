import type { OptionDeclaration } from "./command.ts";

/** Options that every command has, wherever they stand. */
export const globalOptions: readonly OptionDeclaration[] = [
  {
    flags: "--origin <url>",
    description: "control plane to ask (NOFX_ORIGIN; else the last login's, else this machine's)",
  },
  { flags: "--token-file <path>", description: "file that holds the token (else NOFX_TOKEN, else what login kept)" },
  { flags: "--tenant <id>", description: "read what belongs to another tenant" },
  { flags: "--json", description: "print one JSON document that fits the command's schema" },
  { flags: "--no-color", description: "no colours (also NO_COLOR)" },
  { flags: "--verbose", description: "tell each request, its time and its correlation id" },
  { flags: "-y, --yes", description: "answer every question with yes" },
];
