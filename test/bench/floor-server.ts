import { readFileSync } from 'node:fs';
import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import { gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import express, { type RequestHandler } from 'express';
import { createPool } from 'mysql2/promise';
import { openDatabase } from '../../plugin/database/database.js';
import { connectionFrom } from '../../plugin/database/mariadb.js';
import { csrfToken, refuseForgery } from '../../plugin/web/csrf.js';
import { securityHeaders } from '../../plugin/web/security.js';
import { serverFor } from '../../plugin/web/server.js';
import { sessions } from '../../plugin/web/sessions.js';
import type { FloorPlan } from './floor.js';
import { type Answers, type FloorPage, type Row, floorPage } from './floor-html.js';
import type { Query } from './recording.js';

type Ask = () => Promise<readonly Row[]> | readonly Row[];

interface FloorRoute {
  readonly page: FloorPage;
  readonly queries: readonly Ask[];
}

/**
 * Serves the same bytes after the same queries, without sessions and escaping. With a secret, behind Express, Helmet,
 * express-session and csrf-sync: the cost of a page before our own code.
 */
async function serve({ port, database, recordings, sessionSecret }: FloorPlan): Promise<void> {
  const prepare = database.engine === 'sqlite' ? onSqlite(database.file) : onMariadb(database.url);
  const routes = new Map<string, FloorRoute>();
  for (const recording of recordings) {
    const queries = recording.queries
      .filter(({ sql }) => sessionSecret === undefined || !sql.includes('sessions'))
      .map(prepare);
    routes.set(recording.path, { queries, page: floorPage(recording, await answersOf(queries)) });
  }

  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    const route = routes.get(req.url ?? '');
    if (route === undefined) {
      res.writeHead(404).end();
      return;
    }
    void answersOf(route.queries).then((answers) => send(req, res, route.page(answers)));
  };
  const server =
    sessionSecret === undefined
      ? createServer(answer)
      : behindLibraries(answer, sessions(openDatabase(database), sessionSecret));
  server.listen(port, '127.0.0.1');
}

function behindLibraries(answer: RequestListener, session: RequestHandler): Server {
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders(), session, refuseForgery, (req, res) => {
    csrfToken(req);
    answer(req, res);
  });
  return serverFor(app);
}

function send(req: IncomingMessage, res: ServerResponse, html: string): void {
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  if (req.headers['accept-encoding'] === undefined) {
    res.end(html);
    return;
  }
  res.setHeader('Content-Encoding', 'gzip');
  res.end(gzipSync(html, { level: 1 }));
}

async function answersOf(queries: readonly Ask[]): Promise<Answers> {
  const answers: (readonly Row[])[] = [];
  for (const ask of queries) {
    answers.push(await ask());
  }
  return answers;
}

function onSqlite(file: string): (query: Query) => Ask {
  const db = new Sqlite(file, { readonly: true });
  return ({ sql, values }) => {
    const statement = db.prepare<unknown[], Row>(sql);
    return () => statement.all(...values);
  };
}

function onMariadb(url: string): (query: Query) => Ask {
  const pool = createPool({ ...connectionFrom(url), charset: 'utf8mb4', supportBigNumbers: true });
  return ({ sql, values }) =>
    async () => {
      const [rows] = await pool.execute(sql, [...values]);
      return rows as Row[];
    };
}

await serve(JSON.parse(readFileSync(String(process.argv[2]), 'utf8')) as FloorPlan);
