import type { Filter } from './filter.js';

const dayMs = 24 * 60 * 60 * 1000;

function since(days: number): () => number {
  return () => Date.now() - days * dayMs;
}

/** Narrows a list to the rows of the last days. */
export function periodFilter({ sql, indexed }: Pick<Filter, 'sql' | 'indexed'>): Filter {
  return {
    key: 'period',
    kind: 'choice',
    label: 'table.period',
    options: { day: since(1), week: since(7), month: since(30) },
    compare: '>=',
    sql,
    ...(indexed && { indexed }),
    text: (option, { t }) => t(`table.periods.${option}`),
  };
}
