import type { Database } from '../../database/database.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Finding, OverviewPart } from '../../panel/overview/contribution.js';
import { observe, whileTrue } from '../../panel/overview/facts.js';
import type { ExchangerRecords } from './exchanger-records.js';

interface Parts {
  readonly db: Database;
  readonly exchangerRecords: ExchangerRecords;
}

/** The DNS of the first domain with mail. It is asked for in a request of its own. */
export function exchangersOverview({ db, exchangerRecords }: Parts): OverviewPart {
  const check = async (): Promise<Finding> => {
    const domain = await db
      .knex<DomainRow>('domains')
      .where({ mail_enabled: 1 })
      .orderBy('id')
      .first('id', 'name', 'utf8_name');
    if (domain === undefined) {
      return { isDone: false, text: 'domain-mail.overview.no-domain' };
    }
    const found = await exchangerRecords.find(domain);
    const isDone = found.kind === 'here';
    if (found.kind !== 'no-answer') {
      await observe(db, 'mx-here', isDone ? domain.name : undefined);
    }
    const hosts = 'hosts' in found ? found.hosts.join(', ') : '';
    return {
      isDone,
      about: domain.utf8_name ?? domain.name,
      text: `domain-mail.exchangers.${found.kind}-on`,
      args: { hosts },
    };
  };
  return {
    steps: [
      {
        key: 'exchangers',
        rank: 70,
        needs: ['domain'],
        roles: ['administrator'],
        done: whileTrue('mx-here', { table: 'domains', column: 'name' }),
        check,
      },
    ],
  };
}
