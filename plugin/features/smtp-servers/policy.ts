import type { Config } from '../../config.js';
import { machineName, publicName } from '../../sending/client-name.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import { type PanelPlace, publicUrl } from '../../web/panel-url.js';
import type { Settings } from '../settings/index.js';

/** The operator's configuration at start. */
export type OutgoingConfig = Pick<OutgoingPolicy, 'resolvers' | 'extraCa' | 'clientName'>;

export function outgoingConfig({
  resolvers,
  smtpCa,
  ...place
}: PanelPlace & Pick<Config, 'resolvers' | 'smtpCa'>): OutgoingConfig {
  const clientName = publicName(new URL(publicUrl(place)).hostname);
  return {
    resolvers,
    ...(smtpCa !== undefined && { extraCa: smtpCa }),
    ...(clientName !== undefined && { clientName }),
  };
}

/** Which SMTP servers the settings currently allow. */
export async function smtpPolicy(
  settings: Settings,
  config: OutgoingConfig,
): Promise<OutgoingPolicy> {
  const [hosts, ports, [chosen], values] = await Promise.all([
    settings.texts('smtp-allowed-hosts'),
    settings.texts('smtp-ports'),
    settings.texts('mail-host-name'),
    settings.read(),
  ]);
  const clientName = chosen ?? config.clientName ?? (await machineName());
  return {
    ...config,
    ...(clientName !== undefined && { clientName }),
    allowedHosts: new Set(hosts),
    allowedPorts: ports.map(Number),
    allowPlainLogin: values['smtp-plain-login'] === true,
  };
}
