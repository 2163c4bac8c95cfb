import { webmail } from './bodies.js';
import { type Expectation, administrators, change, choice, of, page } from './expectation.js';

/** The routes of webmail applications. */
export const webmailRoutes: Readonly<Record<string, Expectation>> = {
  'get /webmail': page(administrators),
  'get /webmail/export': page(administrators),
  'post /webmail/columns': choice(administrators),
  'post /webmail/searches': choice(administrators),
  'post /webmail/selected/removal': {
    may: administrators,
    status: 303,
    body: { ids: '999999999', confirmed: '1' },
  },
  'get /webmail/new': page(administrators),
  'post /webmail/new': { may: administrators, status: 303, body: webmail },
  'get /webmail/:id': { ...of('webmail', administrators), everybodys: true },
  'post /webmail/:id': { ...change('webmail', webmail, administrators), everybodys: true },
  'get /webmail/:id/removal': { ...of('webmail', administrators), everybodys: true },
  'post /webmail/:id/removal': { ...change('webmail', {}, administrators), everybodys: true },
};
