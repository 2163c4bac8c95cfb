import { type Expectation, owners, page, providers } from './expectation.js';

/** The routes of imports. */
export const importRoutes: Readonly<Record<string, Expectation>> = {
  'get /imports': { may: owners, status: 303 },
  'get /imports/mailboxes': page(owners),
  'get /imports/mailboxes/sample': page(owners),
  'post /imports/mailboxes': {
    may: owners,
    status: 303,
    body: { text: 'address,password\nx@near.example,tR4v8-mKq2x-Hn7wz' },
  },

  'get /imports/aliases': page(owners),
  'get /imports/aliases/sample': page(owners),
  'post /imports/aliases': {
    may: owners,
    status: 303,
    body: { text: 'address,targets\nx@near.example,y@near.example' },
  },
  'get /imports/domains': page(providers),
  'get /imports/domains/sample': page(providers),
  'post /imports/domains': {
    may: providers,
    status: 303,
    body: { text: 'domain\n:unique.example' },
  },
};
