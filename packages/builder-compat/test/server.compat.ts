import { builderCompatibility } from "../src/index.ts";

const { BUILDER_URL: baseUrl = "", BUILDER_TOKEN: token = "" } = process.env;

builderCompatibility(async () => ({ baseUrl, token, fresh: false }));
