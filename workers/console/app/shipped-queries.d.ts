/** The queries that ship with Plimsoll. tools/console/build_app.ts makes this module of tools/sql/queries. */
declare module 'shipped-queries' {
  const queries: readonly { name: string; description: string; sql: string }[];
  export default queries;
}
