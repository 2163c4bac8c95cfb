import type { DemoCustomer, DemoScene } from '../../commands/demo/scene.js';
import { generatePassword } from '../../secrets/generated-password.js';
import { frenchServers, servers } from './demo-servers.js';
import { parseServerForm } from './forms.js';
import { builtInServices } from './services.js';
import type { SmtpServers } from './smtp-servers.js';

/** Their hosts do not answer, so a trial shows what goes wrong; a confirmation needs a mail that arrives. */
export async function addDemoServers(
  smtpServers: SmtpServers,
  { customer, own }: DemoScene,
): Promise<void> {
  for (const server of customer.locale === 'fr' ? frenchServers : servers) {
    const typed = {
      ...server,
      ...fieldsOf(customer),
      host: `${server.host}.${providerOf(customer)}`,
    };
    await smtpServers.create(own, parseServerForm(typed, builtInServices));
  }
}

function fieldsOf(customer: DemoCustomer): Readonly<Record<string, string>> {
  const [domain = ''] = customer.domains;
  return {
    authentication: 'login',
    user: `mail@${providerOf(customer)}`,
    password: generatePassword(),
    address: `info@${domain}`,
    senderName: customer.name,
  };
}

function providerOf({ login }: DemoCustomer): string {
  return `${login.split('-').at(-1)}.example`;
}
