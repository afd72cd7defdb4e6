import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { type ChainReport, fromLine, type Head, linesOf, type SealedEntry, verifyChain } from "@nofx/audit-chain";
import { localFailure } from "../failure.ts";

const entriesOf = async function* (source: Readable, shown: string): AsyncGenerator<SealedEntry> {
  let number = 0;
  for await (const line of linesOf(source.setEncoding("utf8") as AsyncIterable<string>)) {
    number += 1;
    if (line === "") continue;
    try {
      yield fromLine(line);
    } catch (error) {
      const message = `${shown}:${number}:1: ${(error as Error).message}`;
      throw localFailure("export_broken", message, "Export the log anew, or find out who has changed this file.");
    }
  }
};

/** Verifies an export of an audit log, without asking anybody. */
export const verifyExport = (path: string, shown: string, checkpoint: Head | undefined): Promise<ChainReport> =>
  verifyChain(entriesOf(createReadStream(path), shown), { checkpoint });
