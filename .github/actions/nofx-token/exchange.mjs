/** Asks GitHub for the run's identity token and the registry for a token of its own in exchange. Imports nothing but Node. */
import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const { env } = process;
const input = (name) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
const timeoutMs = 15_000;
const triesMax = 4;

/** As a workflow command takes it: nothing of it ends the line. */
const oneLine = (text) => String(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** Ends the step with a reason. */
const fail = (message) => {
  console.log(`::error title=nofx token::${oneLine(message)}`);
  process.exit(1);
};

/** An answer that helps, or the last one: no answer, 429 and 5xx are tried again. */
const ask = async (url, init) => {
  for (let tried = 1; ; tried += 1) {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }).catch((error) => error);
    const passes = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    if (!passes || tried === triesMax) {
      if (answer instanceof Error)
        fail(`${new URL(url).host} does not answer: ${answer.cause?.message ?? answer.message}`);
      return answer;
    }
    await pause(500 * 2 ** tried);
  }
};

const identityToken = async (audience) => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (!url || !token) fail("The run has no identity: give the job the permission `id-token: write`");
  const asked = new URL(url);
  asked.searchParams.set("audience", audience);
  const answer = await ask(asked, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) fail(`GitHub gives no identity token: ${answer.status}`);
  return (await answer.json()).value;
};

const exchange = async (registry, body) => {
  const answer = await ask(new URL("/api/tokens/exchange", registry), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  const { code, title, detail, claims } = (() => {
    try {
      return JSON.parse(text);
    } catch {
      return { title: text.slice(0, 500) };
    }
  })();
  const shown = claims ? `\nThis run's claims: ${JSON.stringify(claims, null, 2)}` : "";
  return fail(`${answer.status} ${code ?? ""}: ${[title, detail].filter(Boolean).join(": ")}${shown}`);
};

const [registry, tenant] = [input("registry"), input("tenant")];
if (!URL.canParse(registry)) fail("Say which registry: an address such as https://registry.example.com");
if (!tenant) fail("Say whose agents and templates are published: `tenant`");
const subject = await identityToken(input("audience") || registry.replace(/\/+$/, ""));
console.log(`::add-mask::${oneLine(subject)}`);
const {
  access_token,
  agents,
  templates = [],
  expires_in,
} = await exchange(registry, {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  subject_token: subject,
  tenant,
  ...(input("agent") && { agent: input("agent") }),
  ...(input("template") && { template: input("template") }),
});
// Before anything else can print it.
console.log(`::add-mask::${oneLine(access_token)}`);
appendFileSync(
  env.GITHUB_OUTPUT,
  `token=${access_token}\nagents=${agents.join(" ")}\ntemplates=${templates.join(" ")}\n`,
);
console.log(`A token for ${agents.length} agents and ${templates.length} templates, for ${expires_in / 60} minutes.`);
