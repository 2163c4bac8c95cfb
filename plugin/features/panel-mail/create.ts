import type { FeatureParts } from '../../feature.js';
import { PanelMailSettings } from './panel-mail-settings.js';

export interface PanelMailFeatures {
  readonly panelMailSettings: PanelMailSettings;
}

export function createPanelMail(parts: FeatureParts): PanelMailFeatures {
  return { panelMailSettings: new PanelMailSettings(parts) };
}
