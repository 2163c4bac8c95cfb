import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import type { Settings } from '../settings/index.js';

/** What the operator decides when the program starts. */
export type OutgoingConfig = Pick<OutgoingPolicy, 'resolvers' | 'extraCa'>;

/** Where SMTP servers may be, as the settings say now. */
export async function smtpPolicy(
  settings: Settings,
  config: OutgoingConfig,
): Promise<OutgoingPolicy> {
  const [hosts, ports, values] = await Promise.all([
    settings.texts('smtp-allowed-hosts'),
    settings.texts('smtp-ports'),
    settings.read(),
  ]);
  return {
    ...config,
    allowedHosts: new Set(hosts),
    allowedPorts: ports.map(Number),
    allowPlainLogin: values['smtp-plain-login'] === true,
  };
}
