export { canonicalForm, sha256 } from "@nofx/canonical";
