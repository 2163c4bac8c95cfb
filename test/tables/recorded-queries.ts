import type { Database } from '../../plugin/database/database.js';

type Asked = Parameters<Database['runPrepared']>;

/** A database that records its prepared queries with their values. */
export function recordedQueries(db: Database): {
  readonly recording: Database;
  readonly asked: readonly Asked[];
} {
  const asked: Asked[] = [];
  const recording: Database = {
    ...db,
    runPrepared: async (...query) => {
      asked.push(query);
      return await db.runPrepared(...query);
    },
  };
  return { recording, asked };
}
