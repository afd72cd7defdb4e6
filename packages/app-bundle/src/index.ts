export * from "./bundle-app.ts";
export * from "./link-locked.ts";
