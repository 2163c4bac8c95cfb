import type { Installation } from './installation.js';
import { SmtpClient } from './smtp-client.js';

/** As many smtpd(8) processes as are asked at once. */
const processes = 20;

/** Asks many processes for a recipient at the same time; returns their replies. Afterwards they are idle. */
export async function askMany(
  { host }: Pick<Installation, 'host'>,
  recipient: string,
  count = processes,
): Promise<string[]> {
  const target = { host: host.address, port: host.ports.smtp };
  const clients = await Promise.all(
    Array.from({ length: count }, () => SmtpClient.connect(target)),
  );
  const replies = await Promise.all(
    clients.map(async (client) => {
      await client.command('MAIL FROM:<stranger@outside.test>');
      return await client.command(`RCPT TO:<${recipient}>`);
    }),
  );
  await Promise.all(clients.map((client) => client.command('QUIT')));
  clients.forEach((client) => client.close());
  return replies.map((reply) => reply.replace(`<${recipient}>: `, ''));
}
