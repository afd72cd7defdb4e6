import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { quickDirectory, startForTests } from "../src/embedded/test-server.ts";
import { openDirectory } from "./directories.ts";

const plenty = Number.POSITIVE_INFINITY;

it("a server for tests lies where files are quick, and leaves nothing behind", async () => {
  const server = await startForTests();
  const directory = dirname(server.dataDirectory);
  expect(dirname(directory)).toBe(await quickDirectory());
  await server.stop();
  await expect(readdir(directory)).rejects.toThrow("ENOENT");
});

it("files are not kept in memory where there is none to spare", async () => {
  const memory = await openDirectory();
  expect(await quickDirectory(memory, plenty)).toBe(memory);
  expect(await quickDirectory(memory, 1024 ** 3)).toBe(tmpdir());
  expect(await quickDirectory("/dev/no-such-directory", plenty)).toBe(tmpdir());
});
