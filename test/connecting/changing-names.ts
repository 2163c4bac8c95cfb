import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A DNS server that answers each question for an address with the next of its answers, and counts the questions. */
export interface ChangingNames {
  readonly server: string;
  questions: number;
  stop(): void;
}

const typeA = 1;

export async function startChangingNames(
  addresses: readonly [string, ...string[]],
): Promise<ChangingNames> {
  const socket: Socket = createSocket('udp4');
  const names = { server: '', questions: 0, stop: () => socket.close() };
  socket.on('message', (query, client) => {
    if (typeOf(query) === typeA) {
      const address = addresses[names.questions % addresses.length] ?? addresses[0];
      names.questions += 1;
      socket.send(answer(query, [address]), client.port, client.address);
    } else {
      socket.send(answer(query, []), client.port, client.address);
    }
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  names.server = `127.0.0.1:${socket.address().port}`;
  return names;
}

/** RFC 1035 §4.1: a header of 12 octets, then the name, its type and its class. */
function questionEnd(query: Buffer): number {
  return query.indexOf(0, 12) + 5;
}

function typeOf(query: Buffer): number {
  return query.readUInt16BE(questionEnd(query) - 4);
}

function answer(query: Buffer, addresses: readonly string[]): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt16BE(0, 10);
  const records = addresses.map((address) =>
    // The question's name, A, IN, TTL 0, four octets.
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, query.subarray(12, questionEnd(query)), ...records]);
}
