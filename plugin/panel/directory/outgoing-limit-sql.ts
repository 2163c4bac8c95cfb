/** What the SQL yields for a domain's outgoing limit; that of a custom one begins with `own`. */
interface Words {
  readonly unlimited: string;
  readonly some: string;
  readonly none: string;
  readonly own: string;
}

/** The effective outgoing limit of a row of `domains` in a word, as `EffectivePlan.outgoing` computes it. */
export function ofDomainSql({ unlimited, some, none, own }: Words): string {
  const [customers, resellers] = [inherited('p'), inherited('q')];
  return `(SELECT CASE
    WHEN domains.limit_per_hour = 0 OR (domains.limit_per_hour > 0 AND q.max_domain_per_hour = 0) THEN '${own}${none}'
    WHEN domains.limit_per_hour > 0 THEN '${own}${some}'
    WHEN ${customers} = 0 OR ${resellers} = 0 THEN '${none}'
    WHEN ${customers} IS NULL AND ${resellers} IS NULL THEN '${unlimited}'
    ELSE '${some}' END
  FROM accounts o LEFT JOIN plans p ON p.id = o.plan_id
  LEFT JOIN accounts r ON r.id = o.parent_id LEFT JOIN plans q ON q.id = r.plan_id
  WHERE o.id = domains.owner_id)`;
}

/** What an account without a custom limit has of a plan. */
function inherited(plan: string): string {
  return `COALESCE(${plan}.domain_per_hour, ${plan}.max_domain_per_hour)`;
}
