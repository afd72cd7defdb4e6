/** The first half of `npm run test:compat`: exit code 1 unless it is told which server to test. */
const missing = ["BUILDER_URL", "BUILDER_TOKEN"].filter((name) => !process.env[name]);

if (missing.length > 0) {
  console.error(`Set ${missing.join(" and ")}:

  BUILDER_URL    where /builder/templates is found, such as http://127.0.0.1:4000
  BUILDER_TOKEN  a token of that server that may use all of its builder API; its tenant keeps the templates that are made`);
  process.exitCode = 1;
}
