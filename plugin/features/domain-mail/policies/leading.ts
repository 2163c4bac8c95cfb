import type { Knex } from 'knex';
import { policies, policyNamed } from './index.js';

/** A domain's row with the columns of `forwardingColumns`. */
export type Forwarding = Readonly<Record<'unknown_policy', string> & Record<string, unknown>>;

/** The columns of `domains` that say where policies forward to. */
export function forwardingColumns(): readonly string[] {
  return forwardingPolicies().map(({ column }) => column);
}

/** Where mail for unknown recipients is forwarded to, if it is: in ASCII, without a tag. */
export function leadsTo(row: Forwarding): string | undefined {
  const { target } = policyNamed(row.unknown_policy);
  const address = target && row[target.column];
  return typeof address === 'string' ? address : undefined;
}

/** Limits a query of `domains as d` to those that forward mail for unknown recipients to an address that is wanted. */
export function whereLeading<Query extends Knex.QueryBuilder>(
  query: Query,
  isWanted: (query: Knex.QueryBuilder, column: string) => Knex.QueryBuilder,
): Query {
  query.where((any: Knex.QueryBuilder) => {
    for (const { key, column } of forwardingPolicies()) {
      any.orWhere((one) => void isWanted(one.where('d.unknown_policy', key), `d.${column}`));
    }
  });
  return query;
}

/** Whether another server may have recipients of the domain that are not known here. */
export function hasOtherRecipients(row: Pick<Forwarding, 'unknown_policy'>): boolean {
  return policyNamed(row.unknown_policy).hasOtherRecipients === true;
}

function forwardingPolicies(): readonly { readonly key: string; readonly column: string }[] {
  return policies.flatMap(({ key, target }) =>
    target === undefined ? [] : [{ key, column: target.column }],
  );
}
