import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { writeFact } from '../../panel/overview/facts.js';
import type { Settings } from '../settings/index.js';
import { exchangerColumns } from './known-exchangers.js';
import type { ExchangersFound, MailExchangers } from './mail-exchangers.js';

type Looked = Pick<DomainRow, 'id' | 'name'>;
type Due = Looked & Pick<DomainRow, 'mx_due_at' | 'created_at'>;

const minuteMs = 60 * 1000;
const dayMs = 24 * 60 * minuteMs;
/** After how long a domain is looked at again: sooner while its DNS is likely to be changed, or did not answer. */
const againMs = { usual: dayMs, new: 10 * minuteMs, unanswered: 30 * minuteMs } as const;
/** How long a domain counts as new. */
const newMs = 2 * dayMs;

interface RecordsParts {
  readonly db: Database;
  readonly settings: Pick<Settings, 'texts'>;
  readonly exchangers: Pick<MailExchangers, 'of'>;
  readonly now: () => number;
}

/** How many domains were looked at, and whether the DNS answered for any. */
interface Round {
  readonly count: number;
  readonly isAnswered: boolean;
}

/** What the DNS says about the MX records of domains, stored with them, and when each is looked at next. */
export class ExchangerRecords {
  readonly #parts: RecordsParts;

  constructor(parts: RecordsParts) {
    this.#parts = parts;
  }

  /** Looks up a domain's MX records now, and stores the result, also a failure. */
  async check(domain: Looked): Promise<void> {
    await this.#store(domain, await this.#parts.exchangers.of(domain.name));
  }

  /** The same, storing only an answer. */
  async find(domain: Looked): Promise<ExchangersFound> {
    const found = await this.#parts.exchangers.of(domain.name);
    if (found.kind !== 'no-answer') {
      await this.#store(domain, found);
    }
    return found;
  }

  async #store(domain: Looked, found: ExchangersFound): Promise<void> {
    const { db, now } = this.#parts;
    await db.transaction((tx) => write(tx, domain, { found, at: now(), againMs: againMs.usual }));
  }

  /** Looks up domains that are due, those that never were looked up first. Each process takes others. */
  async checkDue(most: number): Promise<Round> {
    const { db, exchangers, now } = this.#parts;
    const due = await this.#claimed(await this.#due(most));
    const answers = await Promise.all(
      due.map(async (domain) => ({ domain, found: await exchangers.of(domain.name) })),
    );
    const at = now();
    await db.transaction(async (tx) => {
      for (const { domain, found } of answers) {
        await write(tx, domain, { found, at, againMs: nextAfter(domain, found, at) });
      }
    });
    return {
      count: due.length,
      isAnswered: answers.some(({ found }) => found.kind !== 'no-answer'),
    };
  }

  async #due(most: number): Promise<readonly Due[]> {
    const now = this.#parts.now();
    const due = await this.#first(most, (rows) => rows.where('mx_due_at', '<=', now));
    if (due.length === most) {
      return due;
    }
    // Those that were looked up before the servers changed. Of others, the next time is nearer, or a day after.
    const serversSince = await this.#serversSince();
    const outdated = await this.#first(most - due.length, (rows) =>
      rows
        .where('mx_due_at', '>', now + againMs.unanswered)
        .where('mx_due_at', '<', serversSince + againMs.usual),
    );
    return [...due, ...outdated];
  }

  async #first(
    most: number,
    narrow: (rows: Knex.QueryBuilder) => Knex.QueryBuilder,
  ): Promise<readonly Due[]> {
    const rows = this.#parts.db.knex('domains').orderBy('mx_due_at').limit(most);
    return await narrow(rows).select('id', 'name', 'mx_due_at', 'created_at');
  }

  /** Since when this installation has its servers' names and addresses: what was found before may mean others. */
  async #serversSince(): Promise<number> {
    const { db, settings, now } = this.#parts;
    const own = await Promise.all([settings.texts('mail-hosts'), settings.texts('own-addresses')]);
    const about = createHash('sha256').update(JSON.stringify(own)).digest('hex').slice(0, 32);
    const fact = { fact: 'mx-servers' } as const;
    const known: { readonly about: string; readonly at: number } | undefined = await db
      .knex('observed_facts')
      .where(fact)
      .first('about', 'at');
    if (known?.about === about) {
      return known.at;
    }
    const at = now();
    await db.transaction((tx) => writeFact(tx, fact.fact, about, at));
    return at;
  }

  /** Those that no other process has taken in the meantime. */
  async #claimed(due: readonly Due[]): Promise<readonly Due[]> {
    const later = this.#parts.now() + againMs.new;
    const claimed: Due[] = [];
    await this.#parts.db.transaction(async (tx) => {
      claimed.length = 0;
      for (const domain of due) {
        const { id, mx_due_at } = domain;
        const taken = await tx('domains').where({ id, mx_due_at }).update({ mx_due_at: later });
        if (taken === 1) {
          claimed.push(domain);
        }
      }
    });
    return claimed;
  }
}

function nextAfter({ created_at: createdAt }: Due, { kind }: ExchangersFound, at: number): number {
  if (kind === 'no-answer') {
    return againMs.unanswered;
  }
  return kind !== 'here' && at - createdAt < newMs ? againMs.new : againMs.usual;
}

interface Answer {
  readonly found: ExchangersFound;
  readonly at: number;
  readonly againMs: number;
}

async function write(tx: Knex.Transaction, { id, name }: Looked, answer: Answer): Promise<void> {
  const { found, at } = answer;
  await tx('domains')
    .where({ id, name })
    .update({
      ...exchangerColumns(found, at),
      mx_due_at: at + answer.againMs,
    });
}
