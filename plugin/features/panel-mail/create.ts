import type { FeatureParts } from '../../feature.js';
import { publicUrl } from '../../web/panel-url.js';
import { RateLimits } from '../../web/rate-limits.js';
import { type CarrierParts, Carriers } from './carrier.js';
import { AccountStore } from '../../panel/directory/account-store.js';
import { MailPreferences } from './mail-preferences.js';
import { PanelMailSettings } from './panel-mail-settings.js';
import { MailTrials } from './trials.js';

export interface PanelMailFeatures {
  readonly panelMailSettings: PanelMailSettings;
  readonly mailTrials: MailTrials;
  readonly mailPreferences: MailPreferences;
}

export function createPanelMail(parts: FeatureParts & CarrierParts): PanelMailFeatures {
  const { config, db } = parts;
  const carriers = new Carriers(parts);
  const own = { carriers, limits: new RateLimits(db), publicUrl: publicUrl(config) };
  return {
    panelMailSettings: new PanelMailSettings({
      ...parts,
      ...own,
      hasPublicUrl: config.publicUrl !== undefined,
    }),
    mailTrials: new MailTrials(own),
    mailPreferences: new MailPreferences({ ...parts, accounts: new AccountStore(db) }),
  };
}
