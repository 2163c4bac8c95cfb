import { Router } from 'express';
import type { Database } from '../database/database.js';
import { securityHeaders } from './security.js';
import { DatabaseReadiness, type Readiness } from '../database/readiness.js';

interface HealthParts {
  readonly db: Database;
  readonly changes: { readonly isPublished: boolean };
  /** `madeAnewAt`: when the mail servers' file was recreated, in ms since 1970. */
  readonly maps: { readonly madeAnewAt: number | undefined };
}

const troubles: Readonly<Record<Exclude<Readiness, 'ready'>, string>> = {
  'no-answer': 'the database does not answer',
  replaced: "the database's file was removed or replaced: stop Relais before more is lost",
  'cannot-store': 'nothing can be stored: the disk is full, read-only or failing',
};
const unpublished = "changes do not reach the mail servers' file";

/**
 * `/healthz`: the process answers. `/readyz`: the database answers and can be written, and changes reach the mail
 * servers.
 *
 * @param complaints what else an operator should see to although the panel works, a line each.
 */
export function healthRoutes(
  { db, changes, maps }: HealthParts,
  complaints: () => Promise<readonly string[]> = async () => [],
): Router {
  const router = Router();
  router.use(['/healthz', '/readyz'], securityHeaders());
  const database = new DatabaseReadiness(db);
  router.get('/healthz', (_req, res) => {
    res.type('text/plain').send('ok\n');
  });
  router.get('/readyz', async (_req, res) => {
    const readiness = await database.check();
    const trouble =
      readiness === 'ready' ? (changes.isPublished ? undefined : unpublished) : troubles[readiness];
    res
      .status(trouble === undefined ? 200 : 503)
      .type('text/plain')
      .send([trouble ?? 'ready', ...hints(maps), ...(await complaints()), ''].join('\n'));
  });
  return router;
}

function hints({ madeAnewAt }: HealthParts['maps']): readonly string[] {
  return madeAnewAt === undefined
    ? []
    : [
        `the mail servers' file was gone and was made anew at ${new Date(madeAnewAt).toISOString()}: reload Postfix and Dovecot, then restart Relais`,
      ];
}
