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
  /** The limits that are asked for. */
  readonly of: readonly LimitName[];
}

interface UsesLimits {
  usage?(of: UsageOf): Promise<PlanUsage>;
}

/** What an account uses, as the registrations that use something know it. */
export async function usageOf(registered: readonly UsesLimits[], of: UsageOf): Promise<PlanUsage> {
  const usages = await Promise.all(registered.map(async (each) => (await each.usage?.(of)) ?? {}));
  return Object.assign({}, ...usages);
}

/** Reads the usage of those limits that are asked for. */
export async function askedFor(
  asked: readonly LimitName[],
  readers: Readonly<Partial<Record<LimitName, () => Promise<Used | undefined>>>>,
): Promise<PlanUsage> {
  const found = await Promise.all(
    asked.map(async (name) => [name, await readers[name]?.()] as const),
  );
  return Object.fromEntries(found.filter(([, used]) => used !== undefined));
}
