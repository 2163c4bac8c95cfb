import { machineName } from '../../sending/client-name.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import type { Settings } from '../settings/index.js';

/** What the operator decides when the program starts. */
export type OutgoingConfig = Pick<OutgoingPolicy, 'resolvers' | 'extraCa' | 'clientName'>;

/** Where SMTP servers may be, as the settings say now. */
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
