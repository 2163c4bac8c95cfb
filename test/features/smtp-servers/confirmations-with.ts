import { Confirmations } from '../../../plugin/features/smtp-servers/confirmations.js';
import type { RateLimits } from '../../../plugin/web/rate-limits.js';
import type { TestApp } from '../../support/app.js';

/** Confirmations with other limits than the app's. */
export function confirmationsWith(app: TestApp, limits: RateLimits): Confirmations {
  const { features, panel } = app;
  return new Confirmations({
    ...app,
    ...features,
    accounts: panel.accountStore,
    store: features.smtpServerStore,
    logos: features.smtpLogos,
    limits,
    outgoing: { resolvers: [] },
    publicUrl: 'https://panel.example/',
  });
}
