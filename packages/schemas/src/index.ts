export { type DeclaredSchema, declaredSchemas } from "./declared.ts";
export { type SchemaDocument, schemaDocuments } from "./schema-documents.ts";
