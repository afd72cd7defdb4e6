export * from "./bundle-app.ts";
