import type { Knex } from 'knex';
import type { LimitName } from './plan.js';

/** How much of a limit is used. */
export interface Used {
  readonly used: number;
  /** Of a limit for each domain or mailbox: the name of the fullest. */
  readonly fullest?: string;
}

/** What an account uses of its limits; those that are left out have nothing yet. */
export type PlanUsage = Readonly<Partial<Record<LimitName, Used>>>;

/** The account whose usage is asked for. */
export interface UsageOf {
  readonly db: Knex;
  readonly accountId: number;
}
