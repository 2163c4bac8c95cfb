import type { FeatureParts } from '../../feature.js';
import { AccountStore } from '../../panel/directory/account-store.js';
import { RateLimits } from '../../web/rate-limits.js';
import { ApiTokens } from './api-tokens.js';
import { ApiTokenStore } from './store.js';

export function createApiTokens({
  db,
  ...parts
}: Pick<FeatureParts, 'db' | 'changes' | 'panel' | 'log'>): { readonly apiTokens: ApiTokens } {
  const apiTokens = new ApiTokens({
    ...parts,
    store: new ApiTokenStore(db),
    accounts: new AccountStore(db),
    limits: new RateLimits(db),
  });
  return { apiTokens };
}
