import { builderCompatibility } from "@nofx/builder-compat";
import { marketplace } from "./marketplace.ts";

builderCompatibility(async () => {
  const { fetch, person } = await marketplace();
  const { token } = await person("admin");
  return { baseUrl: "http://marketplace.test", token, fetch, fresh: true };
});
