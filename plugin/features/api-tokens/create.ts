import { type FeatureParts, fromEach } from '../../feature.js';
import { AccountStore } from '../../panel/directory/account-store.js';
import type { ApiPart } from '../../web/operations.js';
import { RateLimits } from '../../web/rate-limits.js';
import { ApiTokens } from './api-tokens.js';
import { ApiTokenStore } from './store.js';

export interface TokenFeatures {
  readonly apiTokens: ApiTokens;
  /** What programs can do, of all features. */
  readonly apiParts: () => Promise<readonly ApiPart[]>;
}

export function createApiTokens(parts: FeatureParts): TokenFeatures {
  const { db, registered } = parts;
  const apiTokens = new ApiTokens({
    ...parts,
    store: new ApiTokenStore(db),
    accounts: new AccountStore(db),
    limits: new RateLimits(db),
  });
  return { apiTokens, apiParts: () => fromEach(registered, (each) => each.api?.(parts)) };
}
