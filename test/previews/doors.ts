import assert from 'node:assert/strict';
import { languageFor } from '../../plugin/web/locale.js';
import type { TokenScope } from '../../plugin/features/api-tokens/api-token.js';
import type { TestApp, TestWeb } from '../support/app.js';
import { relais } from '../support/cli.js';
import { viewerOf } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';
import { BulkProgram } from './bulk-program.js';
import { counted } from './pressing.js';

/** A request that a reason refuses. */
interface Sent {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Why a reason cannot be met at a door, in words. */
interface Unmet {
  readonly unmet: string;
}

/** What is asked for at each door, all of it refused for the same reason. */
export interface Rule {
  /** The account that asks; the operator asks at the command line. */
  readonly by: number;
  readonly args?: Readonly<Record<string, string | number>>;
  /** The page of one thing. */
  readonly form: Sent | Unmet;
  /** The button of a list, or its form. */
  readonly rows: Sent | Unmet;
  readonly program: { readonly action: string; readonly set?: object } | Unmet;
  /** A command about one thing, and about all that match. */
  readonly command: readonly string[] | Unmet;
  readonly matching: readonly string[] | Unmet;
  /** The row's ID. */
  readonly id: number;
}

/** Where the operator may do what a plan does not permit. */
export const operatorMay = { unmet: 'the operator is held to no plan' } as const;
export const noRows = { unmet: 'the action on rows does not have this field' } as const;

const isMet = <Door extends object>(door: Door | Unmet): door is Door => !('unmet' in door);

/** Asks at every door, and finds the reason there. */
export class Doors {
  readonly #app: TestApp;
  readonly #web: TestWeb;
  readonly #scope: TokenScope;

  constructor(app: TestApp, web: TestWeb, scope: TokenScope) {
    this.#app = app;
    this.#web = web;
    this.#scope = scope;
  }

  async refuse(key: string, rule: Rule): Promise<void> {
    const said = languageFor('en').t(key, rule.args);
    const visitor = await Visitor.signedIn(this.#web, this.#app, rule.by);
    const before = await this.#state();
    if (isMet(rule.form)) {
      await visitor.get('/preferences');
      const { status, text, location } = await visitor.post(rule.form.path, rule.form.fields);
      assert.ok(
        [403, 409, 422].includes(status) || location?.startsWith('/previews/'),
        `${status}`,
      );
      const shown = location === undefined ? text : (await counted(visitor, location)).text;
      assert.ok(plain(shown).includes(said), `form: ${said}\n${shown}`);
    }
    if (isMet(rule.rows)) {
      const { location, text } = await visitor.post(rule.rows.path, {
        ids: String(rule.id),
        typed: '1',
        ...rule.rows.fields,
      });
      const shown = location === undefined ? text : (await counted(visitor, location)).text;
      assert.ok(plain(shown).includes(said), `rows: ${said}\n${shown}`);
    }
    if (isMet(rule.program)) {
      await this.#program(rule.by, { ...rule.program, ids: [rule.id] }, [key, said]);
    }
    if (isMet(rule.command)) {
      const { errors, code } = await relais(this.#app.config.dataFolder, ...rule.command);
      assert.equal(code, 1);
      assert.ok(errors.includes(said), `command: ${said}\n${errors}`);
    }
    if (isMet(rule.matching)) {
      const { out, errors } = await relais(
        this.#app.config.dataFolder,
        ...rule.matching,
        '--dry-run',
      );
      assert.ok((out + errors).includes(said), `matching: ${said}\n${out}${errors}`);
    }
    assert.deepEqual(await this.#state(), before, 'nothing changed');
  }

  async #program(by: number, sent: object, [key, said]: readonly [string, string]): Promise<void> {
    const app = this.#app;
    await app.db.knex('rate_limits').delete();
    const program = await BulkProgram.of(app, this.#web, await viewerOf(app, by), [this.#scope]);
    const { json, status } = await program.post({ ...sent, dry_run: true });
    const reasons =
      status === 422
        ? (json.errors ?? []).map(({ detail }) => detail)
        : (json.rows ?? []).flatMap((row) =>
            row.reasons.map(({ code, detail }) => `${code} ${detail}`),
          );
    assert.ok(
      reasons.some((each) => each === said || each === `${key} ${said}`),
      `program: ${said}\n${JSON.stringify(json)}`,
    );
  }

  /** All that the actions change. */
  async #state(): Promise<unknown> {
    const { knex } = this.#app.db;
    return await Promise.all(
      ['accounts', 'mailboxes', 'aliases', 'domains'].map((table) => knex(table).orderBy('id')),
    );
  }
}

/** The text of a page, as people read it. */
function plain(html: string): string {
  return html.replaceAll('&amp;', '&').replaceAll('&#39;', '’').replaceAll(/\s+/g, ' ');
}
