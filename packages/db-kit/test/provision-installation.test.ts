import { expect, inject, it, onTestFinished } from "vitest";
import { asRole } from "../src/connection-string.ts";
import { findOwner, provisionInstallation } from "../src/provision-installation.ts";
import { asAdmin, onDatabase } from "./kit.ts";

const password = "secret";

/** Names that nobody has; what bears them is gone after the test. */
const installation = () => {
  const name = (what: string) => `installed_${process.pid}_${what}`;
  const services = [{ role: name("service"), password, schema: name("schema") }];
  const made = {
    database: name("database"),
    owner: name("owner"),
    migrator: { role: name("migrator"), password },
    services,
  };
  onTestFinished(() =>
    asAdmin(inject("serverUrl"), async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${made.database} WITH (FORCE)`);
      for (const role of [name("service"), made.migrator.role, made.owner])
        await client.query(`DROP ROLE IF EXISTS ${role}`);
    }),
  );
  return made;
};

it("an installation is made once, found the second time, and migrated in its owner's name", async () => {
  const wanted = installation();
  const { database, owner, migrator, services } = wanted;
  const url = inject("serverUrl");
  const first = await provisionInstallation(url, wanted);
  expect(first.map(({ name }) => name)).toEqual([owner, migrator.role, services[0]?.role, database]);
  const again = await provisionInstallation(url, wanted);
  expect([first, again].map((made) => made.map(({ outcome }) => outcome))).toEqual([
    Array(4).fill("made"),
    Array(4).fill("there"),
  ]);
  const asMigrator = asRole(onDatabase(url, database), migrator.role, migrator.password);
  expect(await findOwner(asMigrator, owner)).toBe(owner);
  expect(await findOwner(asMigrator, "nobody_has_this_name")).toBeUndefined();
  const asService = asRole(onDatabase(url, database), services[0]?.role ?? "", password);
  await expect(findOwner(asService, owner)).rejects.toThrow(`may not act as "${owner}"`);
  await expect(provisionInstallation(asMigrator, { ...wanted, owner: `${owner}_2` })).rejects.toThrow(
    `The role ${owner}_2: `,
  );
});
