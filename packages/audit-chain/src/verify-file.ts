/**
 * Verifies an export of an audit log, offline:
 * `node packages/audit-chain/src/verify-file.ts <export.ndjson | -> [--head <position>:<hash>]`
 * Exit codes: 0 the chain holds, 1 it is broken, 2 it could not be asked.
 */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { fromLine, type Head, linesOf, type SealedEntry, verifyChain } from "./index.ts";

const usage = `Usage: verify-file <export.ndjson | -> [--head <position>:<hash>]

  --head   a head that was kept, such as 12:sha256:…; without it, entries cut off at the end go unnoticed`;

class UsageError extends Error {}
class LineError extends Error {}

const readHead = (text: string): Head => {
  const match = /^([1-9]\d{0,14}):(sha256:[0-9a-f]{64})$/.exec(text);
  if (!match?.[1] || !match[2]) throw new UsageError(`"${text}" is not a head: write <position>:sha256:<64 digits>`);
  return { position: Number(match[1]), hash: match[2] };
};

const readArguments = (): { file: string; checkpoint: Head | undefined } => {
  try {
    const { values, positionals } = parseArgs({ options: { head: { type: "string" } }, allowPositionals: true });
    const [file, ...more] = positionals;
    if (!file || more.length > 0) throw new UsageError("Name one file, or - for standard input");
    return { file, checkpoint: values.head === undefined ? undefined : readHead(values.head) };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const readLine = (line: string, number: number): SealedEntry => {
  try {
    return fromLine(line);
  } catch (error) {
    throw new LineError(`BROKEN: line ${number}: ${(error as Error).message}`);
  }
};

const entriesOf = async function* (source: Readable): AsyncGenerator<SealedEntry> {
  let number = 0;
  for await (const line of linesOf(source.setEncoding("utf8") as AsyncIterable<string>)) {
    number += 1;
    if (line !== "") yield readLine(line, number);
  }
};

const main = async (): Promise<number> => {
  const { file, checkpoint } = readArguments();
  const source = file === "-" ? process.stdin : createReadStream(file);
  const { valid, verified, head, firstBroken } = await verifyChain(entriesOf(source), { checkpoint });
  if (valid) {
    console.log(`OK: ${verified} entries, head ${head.position}:${head.hash}`);
    return 0;
  }
  const { position, auditId = "unknown", reason, expected, found } = firstBroken ?? {};
  console.log(`BROKEN: position ${position}, id ${auditId}, reason ${reason}`);
  if (expected !== undefined) console.log(`  expected ${expected}\n  found    ${found ?? "nothing"}`);
  console.log(`  ${verified} entries before it hold`);
  return 1;
};

process.exitCode = await main().catch((error: Error) => {
  if (error instanceof LineError) {
    console.log(error.message);
    return 1;
  }
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
  return 2;
});
