import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** An address of 127.0.0.0/8 with a free port 25, so that a whole mail host can use the standard ports. */
export async function freeLoopbackAddress(): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const address = anyLoopbackAddress();
    if (await canListen(address)) {
      return address;
    }
  }
  throw new Error(
    'Another mail server has port 25 of all addresses: stop it, since mail tests need that port.',
  );
}

/** For clients: mail servers delay an address that has failed to log in. */
export function anyLoopbackAddress(): string {
  return `127.${randomInt(16, 250)}.${randomInt(1, 250)}.${randomInt(2, 250)}`;
}

async function canListen(host: string): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') {
        reject(new Error('Mail tests use port 25 of loopback addresses: run them as root.'));
      } else {
        resolve(false);
      }
    });
    server.listen(25, host, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
