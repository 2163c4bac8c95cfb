/** Knex would log to the console what it throws anyway. */
export const quiet = {
  log: { warn() {}, error() {}, deprecate() {}, debug() {} },
  compileSqlOnError: false,
} as const;
