import { accountCommands } from "./account/commands.ts";
import { auditCommands } from "./audit/commands.ts";
import { authorCommands } from "./author/commands.ts";
import type { CommandGroup } from "./command.ts";
import { findCommands } from "./find/commands.ts";
import { publishCommands } from "./publish/commands.ts";
import { syncCommands } from "./sync/commands.ts";
import { systemCommands } from "./system/commands.ts";
import { tokenCommands } from "./tokens/commands.ts";
import { trustedPublisherCommands } from "./trust/commands.ts";

/** Every command, in the order of the help. */
export const program: readonly CommandGroup[] = [
  authorCommands,
  publishCommands,
  syncCommands,
  findCommands,
  auditCommands,
  accountCommands,
  tokenCommands,
  trustedPublisherCommands,
  systemCommands,
];
