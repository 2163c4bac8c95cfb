import type { Knex } from 'knex';
import type { Column, Table } from '../../../tables/table.js';
import { unitOf, valueText } from '../../directory/effective-text.js';
import { type PlanNumber, highestOf, planNumbers } from '../../directory/plan.js';
import { type NumberColumns, numberColumns } from '../../directory/rows.js';

export interface PlanListRow extends NumberColumns {
  readonly id: number;
  readonly name: string;
  readonly accounts: number;
  /** The login of the reseller that it belongs to. */
  readonly owner: string | null;
}

export const planTable: Table<PlanListRow> = {
  key: 'plans',
  defaultSort: 'name',
  id: 'plans.id',
  idOf: ({ id }) => id,
  columns: [
    {
      key: 'name',
      sortBy: ['plans.name', 'plans.id'],
      cell: (row) => ({ text: row.name, href: `/plans/${row.id}` }),
    },
    {
      key: 'owner',
      sortBy: ['plans.owner', 'plans.id'],
      mayBeNull: true,
      isHiddenAtFirst: 'from-owners',
      cell: (row) => ({ text: row.owner ?? '–' }),
    },
    {
      key: 'accounts',
      kind: 'number',
      sortBy: ['plans.accounts', 'plans.id'],
      cell: (row, { number }) => ({ text: number(row.accounts) }),
      value: (row) => row.accounts,
    },
    numberColumn('domains', 'maxDomains'),
    numberColumn('mailboxes', 'maxMailboxes'),
    hidden(numberColumn('all-mailboxes', 'maxAllMailboxes')),
    hidden(numberColumn('aliases', 'maxAliases')),
    hidden(numberColumn('all-aliases', 'maxAllAliases')),
    numberColumn('quota', 'maxQuotaBytes'),
    hidden(numberColumn('all-quota', 'maxAllQuotaBytes')),
    numberColumn('domain-limit', 'domainPerHour'),
    hidden(numberColumn('mailbox-limit', 'mailboxPerHour')),
    hidden(numberColumn('account-limit', 'accountPerHour')),
    hidden(numberColumn('smtp-servers', 'maxSmtpServers')),
    hidden(numberColumn('messages', 'maxMessages')),
    hidden(numberColumn('message-bytes', 'maxMessageBytes')),
  ],
  // Resellers see their own plans. Those that they are given are on the page of their plan.
  within(query, scope, accountId) {
    if (scope.kind !== 'all') {
      query.where('plans.owner_id', scope.kind === 'reseller' ? accountId : 0);
    }
  },
  from: (db: Knex) => db(plans(db)).select('plans.*'),
  countFrom: (db: Knex) => db(plans(db)),
};

/** Plans with what they are sorted by: no limit is more than any. There are few of them, so they need no index. */
function plans(db: Knex): Knex.Raw {
  const orders = planNumbers.map(
    (name) => `COALESCE(${effective(name)}, ${endless}) AS ${orderOf(name)}`,
  );
  return db.raw(
    `(SELECT plans.*, ${orders.join(', ')}, owners.login AS owner,
      (SELECT COUNT(*) FROM accounts WHERE accounts.plan_id = plans.id) AS accounts
      FROM plans LEFT JOIN accounts AS owners ON owners.id = plans.owner_id) AS plans`,
  );
}

/** More than any number of a plan. */
const endless = Number.MAX_SAFE_INTEGER;

function effective(name: PlanNumber): string {
  const most = highestOf(name);
  const column = `plans.${numberColumns[name]}`;
  return most === undefined ? column : `${column}, plans.${numberColumns[most]}`;
}

function orderOf(name: PlanNumber): string {
  return `order_${numberColumns[name]}`;
}

/** A column of a limit; null means none. */
function numberColumn(key: string, name: PlanNumber): Column<PlanListRow> {
  const unit = unitOf(name);
  const most = highestOf(name) ?? name;
  const value = (row: PlanListRow): number | undefined =>
    row[numberColumns[name]] ?? row[numberColumns[most]] ?? undefined;
  return {
    key,
    kind: 'number',
    sortBy: [`plans.${orderOf(name)}`, 'plans.id'],
    cell: (row, language) => ({ text: valueText(value(row), unit, language) }),
    value,
    ...(unit === 'bytes' && { unit }),
  };
}

function hidden(column: Column<PlanListRow>): Column<PlanListRow> {
  return { ...column, isHiddenAtFirst: true };
}
