import { threadId } from 'node:worker_threads';
import type { JobKind, Registration, Table } from '../../../plugin/index.js';

interface PersonRow {
  readonly login: string;
}

/** The panel's own list. */
export const people: Table<PersonRow> = {
  key: 'people',
  defaultSort: 'nick',
  columns: [
    {
      key: 'nick',
      sortBy: ['accounts.login'],
      cell: ({ login }) => ({ text: `${login} of the hosting panel` }),
    },
  ],
  within: () => {},
  from: (db) => db('accounts').select('login'),
  countFrom: (db) => db('accounts'),
};

/** The panel's own kind of job: it greets people, and names its thread. */
export const greeting: JobKind<string> = {
  key: 'greeting',
  titleKey: () => 'people.greeting',
  async next({ payload, cursor }) {
    return cursor === 1
      ? undefined
      : {
          cursor: 1,
          count: 1,
          async write({ record }) {
            await record({ action: 'person.greeted', subject: payload, after: { threadId } });
            return { changed: 1, unchanged: 0, refused: 0, moved: 0, refusals: [] };
          },
        };
  },
};

/** The entry of the panel's threads. */
export const registrations: readonly Registration[] = [
  { id: 'people', lists: async () => [people], jobKinds: async () => [greeting] },
];
