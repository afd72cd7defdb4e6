import { askOnce, asRole } from "@nofx/db-kit";
import { onTestFinished } from "vitest";

/** What every test's roles log in with: other packages' tests on the same server use them, too. */
const password = "test";

let databases = 0;

/** The same server, another database. */
export const onDatabase = (url: string, database: string): string => {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
};

/** The environment of an installation on a server, as an administrator makes it; its database is gone after the test. */
export const installationOn = (adminUrl: string, serverUrl = adminUrl) => {
  databases += 1;
  const database = `migrate_${process.pid}_${databases}`;
  onTestFinished(async () => {
    await askOnce(serverUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  });
  const url = onDatabase(serverUrl, database);
  const migrator = new URL(asRole(url, "nofx_migrator", ""));
  return {
    database,
    /** As the administrator. */
    url,
    /** As one of the roles that were made. */
    as: (role: string) => asRole(url, role, password),
    env: {
      PROVISION_DATABASE_URL: adminUrl,
      MIGRATION_DATABASE_URL: migrator.href,
      MIGRATION_DATABASE_PASSWORD: password,
      NOFX_MIGRATOR_PASSWORD: password,
      NOFX_REGISTRY_PASSWORD: password,
      NOFX_MARKETPLACE_PASSWORD: password,
      NOFX_SEARCH_PASSWORD: password,
    },
  };
};
