/** `npm run check:packages`: builds, packs and checks everything that is published. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkTarball } from "./check-tarball.ts";
import { pack } from "./pack.ts";
import { isProgram, publishedPackages, publishedPrograms } from "./published.ts";

const destination = await mkdtemp(join(tmpdir(), "nofx-packages-"));
try {
  for (const one of [...publishedPackages(), ...publishedPrograms()]) {
    const failure = await pack(one, destination)
      .then((tarball) => checkTarball(tarball, { types: !isProgram(one) }))
      .catch((error: Error) => error.message);
    console.log(failure === undefined ? `✓ ${one.name}` : `✗ ${one.name}\n${failure}`);
    if (failure !== undefined) process.exitCode = 1;
  }
} finally {
  await rm(destination, { recursive: true });
}
