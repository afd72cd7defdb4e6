import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { type ChainReport, fromLine, type Head, type SealedEntry, verifyChain } from "@nofx/audit-chain";
import { localFailure } from "../failure.ts";

/** Ends lines at "\n" alone: readline would also cut texts at U+2028, which JSON need not escape. */
const linesOf = async function* (source: Readable): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of source.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
};

const entriesOf = async function* (source: Readable, shown: string): AsyncGenerator<SealedEntry> {
  let number = 0;
  for await (const line of linesOf(source)) {
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
