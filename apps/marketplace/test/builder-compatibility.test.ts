import { builderCompatibility } from "@nofx/builder-compat";
import { sharedMarketplace } from "./marketplace.ts";

const world = sharedMarketplace();

builderCompatibility(async () => {
  const { fetch, person } = world();
  const { token } = await person("admin");
  return { baseUrl: "http://marketplace.test", token, fetch, fresh: true };
});
