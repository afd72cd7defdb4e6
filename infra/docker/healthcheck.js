/** Whether the service in this container answers; exit code 1 if not. What listens nowhere is well as long as it runs. */
import { readFileSync } from "node:fs";
import { get } from "node:http";

const { config } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const { PORT } = process.env;
const fail = () => process.exit(1);

if (config) {
  get({ host: "127.0.0.1", port: PORT || config.port, path: "/health/live", timeout: 2500 }, (answer) => {
    process.exit(answer.statusCode === 200 ? 0 : 1);
  })
    .on("timeout", fail)
    .on("error", fail);
}
