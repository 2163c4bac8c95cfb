import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import type { Database } from '../database/database.js';
import { securityHeaders } from './security.js';

const answerWithinMs = 2000;

/** `/healthz`: the process answers. `/readyz`: so does its database. */
export function healthRoutes(db: Database): Router {
  const router = Router();
  router.use(['/healthz', '/readyz'], securityHeaders());
  router.get('/healthz', (_req, res) => {
    res.type('text/plain').send('ok\n');
  });
  router.get('/readyz', async (_req, res) => {
    const isReady = await Promise.race([
      db.knex.raw('SELECT 1').then(
        () => true,
        () => false,
      ),
      sleep(answerWithinMs, false, { ref: false }),
    ]);
    res
      .status(isReady ? 200 : 503)
      .type('text/plain')
      .send(isReady ? 'ready\n' : 'the database does not answer\n');
  });
  return router;
}
