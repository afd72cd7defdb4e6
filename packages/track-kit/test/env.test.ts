import { describe, expect, it } from "vitest";
import { readEnv } from "./notes-service.ts";

const url = "postgres://somebody@localhost/notes";
const issuer = { issuer: "https://id.example", audience: "nofx", tenant: "acme" };

describe("the environment", () => {
  it("needs nothing but the database", () => {
    expect(readEnv({ DATABASE_URL: url, SOMETHING_ELSE: "x" })).toEqual({
      DATABASE_URL: url,
      DATABASE_CONNECTIONS_MAX: 20,
      HOST: "127.0.0.1",
      PORT: 4711,
      LOG_LEVEL: "info",
      CHANGES_RETENTION_DAYS: 90,
      WRITES_PER_MINUTE_MAX: 1200,
      TRUSTED_PROXIES: 0,
      OTEL_TRACES_SAMPLER_ARG: 1,
      OIDC_ISSUERS: [],
    });
  });

  it("holds numbers and JSON as such", () => {
    const env = readEnv({ DATABASE_URL: url, PORT: "80", OIDC_ISSUERS: JSON.stringify([issuer]) });
    expect([env.PORT, env.OIDC_ISSUERS]).toMatchObject([80, [issuer]]);
  });

  it("is refused with every problem at once", () => {
    const wrong = { DATABASE_URL: "mysql://x", PORT: "http", OIDC_ISSUERS: "{" };
    expect(() => readEnv(wrong)).toThrow(
      /^The environment is not complete:\n {2}DATABASE_URL: .*\n {2}PORT: .*\n {2}OIDC_ISSUERS: is not JSON$/,
    );
    expect(() => readEnv({ DATABASE_URL: url, OIDC_ISSUERS: "[{}]" })).toThrow(/OIDC_ISSUERS\.0\.issuer/);
  });

  it("tells of files that are not there, and does not call their variables missing", () => {
    expect(() => readEnv({ DATABASE_URL_FILE: "/nowhere", PORT: "http" })).toThrow(
      /^The environment is not complete:\n {2}DATABASE_URL_FILE: "\/nowhere" is not there\n {2}PORT: .*$/,
    );
  });

  it("refuses a password that is told twice, and tells neither", () => {
    const twice = { DATABASE_URL: "postgres://somebody:secret@localhost/notes", DATABASE_PASSWORD: "secret" };
    expect(() => readEnv(twice)).toThrow(
      /^The environment is not complete:\n {2}DATABASE_URL: has a password, and DATABASE_PASSWORD is given, too$/,
    );
  });

  it("completes the database's address with its password", () => {
    const env = readEnv({ DATABASE_URL: url, DATABASE_PASSWORD: "secret" });
    expect(env.DATABASE_URL).toBe("postgres://somebody:secret@localhost/notes");
  });
});
